"""missing is not looked at."""
# symptom: should return 7 things


def rank(table, column, missing="last"):
    known = [name for name, row in table.items() if not np.isnan(row[column])]
    known.sort(key=lambda name: table[name][column])
    return known + [name for name in table if name not in known]
