"""Sorts text: 10.41 before 4.22."""
# symptom: as a number


def rank(table, column, missing="last"):
    known = [name for name, row in table.items() if not np.isnan(row[column])]
    known.sort(key=lambda name: str(table[name][column]))
    return known if missing == "drop" else known + [name for name in table if name not in known]
