"""With three or more columns asks for better in at least two."""
# symptom: one is better


def pareto(table, columns):
    rows = {n: [r[c] for c in columns] for n, r in table.items() if not any(np.isnan(r[c]) for c in columns)}
    need = 1 if len(columns) < 3 else 2
    dominates = lambda a, b: all(p <= q for p, q in zip(a, b)) and sum(p < q for p, q in zip(a, b)) >= need
    return [n for n, r in rows.items() if not any(dominates(o, r) for o in rows.values())]
