"""The gain in per cent of the second's accuracy."""
# symptom: per cent of per cent


def compare(first, second):
    gain = 100 * (first[0] / second[0] - 1)
    if None in first or None in second:
        return gain, float("nan")
    return gain, first[1] * first[2] / (second[1] * second[2])
