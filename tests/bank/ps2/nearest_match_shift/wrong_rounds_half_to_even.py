"""numpy rounds halves to the even neighbour, now up, now down."""
# symptom: exactly half a period


def nearest_match_shift(period, true_shift):
    return true_shift - period * np.round(true_shift / period)
