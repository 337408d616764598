"""Better in the first or in the last column, as if there were two."""
# symptom: one is better


def pareto(table, columns):
    rows = {n: [r[c] for c in columns] for n, r in table.items() if not any(np.isnan(r[c]) for c in columns)}
    dominates = lambda a, b: all(p <= q for p, q in zip(a, b)) and (a[0] < b[0] or a[-1] < b[-1])
    return [n for n, r in rows.items() if not any(dominates(o, r) for o in rows.values())]
