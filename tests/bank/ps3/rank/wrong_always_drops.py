"""The missing ones are left out in any case."""
# symptom: should return 9 things


def rank(table, column, missing="last"):
    known = [name for name, row in table.items() if not np.isnan(row[column])]
    known.sort(key=lambda name: table[name][column])
    return known if missing == "drop" else known
