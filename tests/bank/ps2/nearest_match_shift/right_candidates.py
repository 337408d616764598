"""Of all motions that look alike, the shortest."""


def nearest_match_shift(period, true_shift):
    k = int(true_shift // period)
    alike = [true_shift - n * period for n in range(k - 2, k + 3)]
    return min(alike, key=lambda d: (abs(d), d < 0))
