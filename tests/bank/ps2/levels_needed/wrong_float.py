"""The number of levels is a float."""
# symptom: int


def levels_needed(max_motion, safe=1.0):
    if max_motion <= safe:
        return 1.0
    return np.ceil(np.log2(max_motion / safe)) + 1
