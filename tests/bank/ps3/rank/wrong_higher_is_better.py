"""Highest first."""
# symptom: upside down


def rank(table, column, missing="last"):
    known = [name for name, row in table.items() if not np.isnan(row[column])]
    known.sort(key=lambda name: table[name][column], reverse=True)
    return known if missing == "drop" else known + [name for name in table if name not in known]
