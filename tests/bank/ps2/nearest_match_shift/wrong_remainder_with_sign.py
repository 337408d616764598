"""fmod keeps the sign of the motion, and only motions to the right are folded back."""
# symptom: whichever way it went


def nearest_match_shift(period, true_shift):
    left = np.fmod(true_shift, period)
    return left - period if left > period / 2 else left
