"""numpy sorts nan last by itself; the sort must be stable."""


def rank(table, column, missing="last"):
    names, values = list(table), np.array([row[column] for row in table.values()], float)
    order = np.argsort(values, kind="stable")
    if missing != "last":
        order = order[: np.count_nonzero(~np.isnan(values))]
    return tuple(names[k] for k in order)
