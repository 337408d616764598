"""Takes N/A for 1."""
# symptom: N/A is neither 0 nor 1


def compare(first, second):
    price, other = ((row[1] or 1) * (row[2] or 1) for row in (first, second))
    return first[0] - second[0], price / other
