"""A dict by value: of two equal numbers one is lost."""
# symptom: should return 10 things


def rank(table, column, missing="last"):
    by_value = {row[column]: name for name, row in table.items() if not np.isnan(row[column])}
    known = [by_value[v] for v in sorted(by_value)]
    absent = [name for name, row in table.items() if np.isnan(row[column])]
    return known if missing == "drop" else known + absent
