"""Rounds the gain to whole points."""
# symptom: points, not


def compare(first, second):
    gain = round(first[0] - second[0])
    if None in first or None in second:
        return gain, float("nan")
    return gain, first[1] * first[2] / (second[1] * second[2])
