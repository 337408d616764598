"""Counts the halvings where there are any."""
# symptom: full frame is a level too


def levels_needed(max_motion, safe=1.0):
    return max(1, int(np.ceil(np.log2(max(max_motion, 1e-9) / safe))))
