"""Sorted backwards and turned round: ties are turned round as well."""
# symptom: stay in the order of the table


def rank(table, column, missing="last"):
    known = [name for name, row in table.items() if not np.isnan(row[column])]
    known = sorted(known, key=lambda name: table[name][column], reverse=True)[::-1]
    return known if missing == "drop" else known + [name for name in table if name not in known]
