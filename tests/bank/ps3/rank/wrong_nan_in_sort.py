"""Sorts with nan among the numbers: comparisons with nan are all false."""
# symptom: belong at the end


def rank(table, column, missing="last"):
    names = [n for n in table if missing == "last" or not np.isnan(table[n][column])]
    return sorted(names, key=lambda n: table[n][column])
