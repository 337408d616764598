"""Divides the motion by what is safe instead of halving it."""
# symptom: 4 levels


def levels_needed(max_motion, safe=1.0):
    return 1 + int(np.ceil(max_motion / safe / 2 - 0.5)) if max_motion > safe else 1
