"""Where a number of crops is not known compares crops."""
# symptom: N/A is neither 0 nor 1


def compare(first, second):
    if first[1] is None or second[1] is None:
        return first[0] - second[0], float("nan")
    if first[2] is None or second[2] is None:
        return first[0] - second[0], first[1] / second[1]
    return first[0] - second[0], first[1] * first[2] / (second[1] * second[2])
