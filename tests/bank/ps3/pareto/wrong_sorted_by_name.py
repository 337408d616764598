"""The front in the order of the alphabet."""
# symptom: order of the table


def pareto(table, columns):
    rows = {name: np.array([row[c] for c in columns]) for name, row in table.items()}
    rows = {name: row for name, row in rows.items() if not np.isnan(row).any()}
    dominates = lambda a, b: np.all(a <= b) and np.any(a < b)
    return sorted([name for name, row in rows.items() if not any(dominates(other, row) for other in rows.values())])
