"""Takes away one period at most."""
# symptom: whichever way it went


def nearest_match_shift(period, true_shift):
    if true_shift > period / 2:
        return true_shift - period
    if true_shift <= -period / 2:
        return true_shift + period
    return true_shift
