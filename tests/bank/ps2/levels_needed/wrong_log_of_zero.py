"""Asks for the logarithm of no motion."""
# symptom: ValueError


def levels_needed(max_motion, safe=1.0):
    from math import ceil, log2

    return 1 + max(0, ceil(log2(max_motion / safe)))
