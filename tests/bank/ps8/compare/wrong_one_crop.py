"""Compares the prices of one crop."""
# symptom: one crop's price


def compare(first, second):
    if None in first or None in second:
        return first[0] - second[0], float("nan")
    return first[0] - second[0], first[1] / second[1]
