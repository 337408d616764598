"""Groups of one score, with itertools and Python's own numbers."""


def average_precision(scores, positive):
    from itertools import groupby

    rows = sorted(zip(scores.tolist(), positive.tolist()), key=lambda row: -row[0])
    taken = hits = 0
    total = 0.0
    for _, group in groupby(rows, key=lambda row: row[0]):
        flags = [flag for _, flag in group]
        taken, hits = taken + len(flags), hits + sum(flags)
        total += sum(flags) * hits / taken
    return total / hits if hits else float("nan")
