"""Looks for N/A in the first row alone."""
# symptom: return nan for it


def compare(first, second):
    if None in first:
        return first[0] - second[0], float("nan")
    return first[0] - second[0], first[1] * first[2] / (second[1] * second[2])
