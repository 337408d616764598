"""All pairs at once."""


def pareto(table, columns):
    names = np.array(list(table))
    X = np.array([[table[n][c] for c in columns] for n in table])
    known = ~np.isnan(X).any(axis=1)
    X, names = X[known], names[known]
    no_worse, better = (X[:, None] <= X).all(-1), (X[:, None] < X).any(-1)
    return [str(n) for n in names[~(no_worse & better).any(axis=0)]]
