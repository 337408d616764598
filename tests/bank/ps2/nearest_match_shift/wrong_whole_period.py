"""Takes away whole periods only, so the rest is never negative."""
# symptom: which is shorter


def nearest_match_shift(period, true_shift):
    left = true_shift % period
    return left
