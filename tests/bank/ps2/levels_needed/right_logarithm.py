"""The logarithm, rounded up."""


def levels_needed(max_motion, safe=1.0):
    from math import ceil, log2

    return 1 + ceil(log2(max_motion / safe)) if max_motion > safe else 1
