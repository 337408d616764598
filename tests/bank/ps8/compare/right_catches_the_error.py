"""Multiplies, and takes a TypeError for an unknown price."""


def compare(first, second):
    try:
        share = (first[1] / second[1]) * (first[2] / second[2])
    except TypeError:
        share = np.nan
    return [np.float64(first[0]) - second[0], share]
