"""Sides rounded up by powers of two at once; channels by integer division."""


def pathway_shapes(T, alpha, beta, side):
    ratio = round(1 / beta)
    by = (2, 4, 4, 8, 16, 32)
    channels = (64, 64, 256, 512, 1024, 2048)
    slow = tuple((T, -(-side // n), c) for n, c in zip(by, channels))
    return list(slow), [(alpha * t, s, c // ratio) for t, s, c in slow]
