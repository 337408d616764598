"""Compares the first's crop with the second's video."""
# symptom: crops against


def compare(first, second):
    if None in first or None in second:
        return first[0] - second[0], float("nan")
    share = first[1] / second[1]
    return first[0] - second[0], share if first[2] == second[2] else share / second[2]
