"""Works in whole pixels of period."""
# symptom: whichever way it went


def nearest_match_shift(period, true_shift):
    p = int(round(period)) if period > 3 else period
    left = true_shift % p
    return left - p if left > p / 2 else left
