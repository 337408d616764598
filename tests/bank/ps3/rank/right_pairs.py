"""Sorts pairs of number and place."""


def rank(table, column, missing="last"):
    names = list(table)
    pairs = sorted((table[n][column], k) for k, n in enumerate(names) if table[n][column] == table[n][column])
    best = [names[k] for _, k in pairs]
    if missing == "last":
        best.extend(n for n in names if table[n][column] != table[n][column])
    return best
