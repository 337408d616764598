"""A motion far below what is safe takes levels away."""
# symptom: 1 level is enough


def levels_needed(max_motion, safe=1.0):
    return 1 + int(np.ceil(np.log2(max_motion / safe)))
