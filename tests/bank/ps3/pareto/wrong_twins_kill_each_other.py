"""At least as good everywhere is enough: equal rows kill each other."""
# symptom: both stay


def pareto(table, columns):
    rows = {n: [row[c] for c in columns] for n, row in table.items() if not any(np.isnan(row[c]) for c in columns)}
    beaten = lambda n: any(m != n and all(a <= b for a, b in zip(rows[m], rows[n])) for m in rows)
    return [n for n in rows if not beaten(n)]
