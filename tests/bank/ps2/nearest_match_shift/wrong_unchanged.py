"""Reports the true motion, as if stripes could be told apart."""
# symptom: which is shorter


def nearest_match_shift(period, true_shift):
    return float(true_shift)
