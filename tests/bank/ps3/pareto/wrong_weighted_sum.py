"""Whoever wins for some weighting of the columns: the hull, not the front."""
# symptom: random table


def pareto(table, columns):
    names = [n for n, row in table.items() if not any(np.isnan(row[c]) for c in columns)]
    X = np.array([[table[n][c] for c in columns] for n in names])
    if len(columns) == 1:
        return [n for n, x in zip(names, X) if x[0] == X.min()]
    if (X == X.min(axis=0)).all(axis=1).any():
        return [n for n, x in zip(names, X) if (x == X.min(axis=0)).all()]
    weights = np.random.default_rng(0).dirichlet(np.ones(len(columns)), 5000)
    scores = X @ weights.T
    won = (scores <= scores.min(axis=0) + 1e-12).any(axis=1)
    return [n for n, w in zip(names, won) if w]
