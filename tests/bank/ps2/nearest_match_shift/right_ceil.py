"""One line, with a ceiling."""


def nearest_match_shift(period, true_shift):
    from math import ceil

    return true_shift - period * ceil(true_shift / period - 0.5)
