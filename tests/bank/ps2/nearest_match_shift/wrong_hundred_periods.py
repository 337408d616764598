"""Tries the motions of a hundred periods to either side, and no more."""
# symptom: only the


def nearest_match_shift(period, true_shift):
    return min((true_shift - k * period for k in range(-100, 101)), key=lambda s: (abs(s), -s))
