"""A missing number counts as 0."""
# symptom: neither on the front nor dominates


def pareto(table, columns):
    rows = {name: np.array([row[c] for c in columns]) for name, row in table.items()}
    rows = {name: np.nan_to_num(row) for name, row in rows.items()}
    dominates = lambda a, b: np.all(a <= b) and np.any(a < b)
    return [name for name, row in rows.items() if not any(dominates(other, row) for other in rows.values())]
