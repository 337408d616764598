"""Only the winner of each column."""
# symptom: all three should be on the front


def pareto(table, columns):
    known = {n: row for n, row in table.items() if not any(np.isnan(row[c]) for c in columns)}
    best = {c: min(row[c] for row in known.values()) for c in columns}
    return [n for n, row in known.items() if any(row[c] == best[c] for c in columns)]
