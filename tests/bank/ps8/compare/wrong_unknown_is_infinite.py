"""Takes a price that is not known for a very high one."""
# symptom: so the share is nan


def compare(first, second):
    price, other = (np.inf if None in row else row[1] * row[2] for row in (first, second))
    return first[0] - second[0], 1.0 if price == other else price / other
