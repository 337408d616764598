"""Counts to eight levels, and no further."""
# symptom: must be halved


def levels_needed(max_motion, safe=1.0):
    for n in range(1, 9):
        if max_motion / 2 ** (n - 1) <= safe:
            break
    return n
