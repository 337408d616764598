"""Two loops and a flag."""


def pareto(table, columns):
    front = []
    for name, row in table.items():
        mine = [row[c] for c in columns]
        if any(x != x for x in mine):
            continue
        beaten = False
        for other in table.values():
            theirs = [other[c] for c in columns]
            # Comparisons with nan are false, so who lacks a number beats nobody.
            if all(t <= m for t, m in zip(theirs, mine)) and theirs != mine:
                beaten = True
        if not beaten:
            front.append(name)
    return front
