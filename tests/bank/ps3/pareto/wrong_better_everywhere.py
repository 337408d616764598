"""Asks for better in every column: a tie in one saves."""
# symptom: equal in one column and worse in the other


def pareto(table, columns):
    rows = {name: np.array([row[c] for c in columns]) for name, row in table.items()}
    rows = {name: row for name, row in rows.items() if not np.isnan(row).any()}
    dominates = lambda a, b: np.all(a < b)
    return [name for name, row in rows.items() if not any(dominates(other, row) for other in rows.values())]
