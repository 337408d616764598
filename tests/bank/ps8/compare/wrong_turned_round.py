"""The second's price as a share of the first's."""
# symptom: turn it round


def compare(first, second):
    if None in first or None in second:
        return first[0] - second[0], float("nan")
    return first[0] - second[0], second[1] * second[2] / (first[1] * first[2])
