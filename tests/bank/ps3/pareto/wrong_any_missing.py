"""Leaves out whoever lacks any number, asked for or not."""
# symptom: a number missing elsewhere does not matter


def pareto(table, columns):
    rows = {name: np.array([row[c] for c in columns]) for name, row in table.items()}
    rows = {name: row for name, row in rows.items() if not np.isnan(list(table[name].values())).any()}
    dominates = lambda a, b: np.all(a <= b) and np.any(a < b)
    return [name for name, row in rows.items() if not any(dominates(other, row) for other in rows.values())]
