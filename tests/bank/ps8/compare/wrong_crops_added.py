"""Adds the number of crops to the price of one."""
# symptom: crops against


def compare(first, second):
    if None in first or None in second:
        return first[0] - second[0], float("nan")
    return first[0] - second[0], (first[1] + first[2]) / (second[1] + second[2])
