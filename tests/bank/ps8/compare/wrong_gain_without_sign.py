"""The distance of the two accuracies."""
# symptom: the gain has the wrong sign


def compare(first, second):
    gain = abs(first[0] - second[0])
    if None in first or None in second:
        return gain, float("nan")
    return gain, first[1] * first[2] / (second[1] * second[2])
