"""Loops with Python's own numbers; lists come back."""


def map_multilabel(scores, positive):
    each = []
    for c in range(len(scores[0])):
        column = [(float(s[c]), bool(p[c])) for s, p in zip(scores, positive)]
        parts = []
        for score, flag in column:
            if flag:
                level = [f for s, f in column if s >= score]
                parts.append(sum(level) / len(level))
        each.append(sum(parts) / len(parts) if parts else float("nan"))
    known = [value for value in each if value == value]
    return [sum(known) / len(known) if known else float("nan"), each]
