"""Takes N/A for 0, and a share of nothing for 0."""
# symptom: N/A is neither 0 nor 1


def compare(first, second):
    price, other = ((row[1] or 0) * (row[2] or 0) for row in (first, second))
    return first[0] - second[0], price / other if other else 0.0
