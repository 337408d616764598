"""Gives up on both numbers where a price is not known."""
# symptom: the gain is known whatever is known of prices


def compare(first, second):
    if None in first or None in second:
        return float("nan"), float("nan")
    return first[0] - second[0], first[1] * first[2] / (second[1] * second[2])
