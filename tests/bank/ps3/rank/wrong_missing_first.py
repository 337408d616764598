"""nan becomes 0 and wins."""
# symptom: belong at the end


def rank(table, column, missing="last"):
    names = [n for n in table if missing == "last" or not np.isnan(table[n][column])]
    return sorted(names, key=lambda n: np.nan_to_num(table[n][column]))
