"""Returns None where a price is not known."""
# symptom: and not None


def compare(first, second):
    if None in first or None in second:
        return first[0] - second[0], None
    return first[0] - second[0], first[1] * first[2] / (second[1] * second[2])
