"""Lists, a loop over those who ask and one over moments."""


def look_up(short, bank, times, t, window, causal=False):
    last = t if causal else t + window
    moments = [row for row, when in zip(bank, times) if t - window <= when <= last]
    answers = []
    for mine in short:
        scores = [sum(a * b for a, b in zip(mine, row)) / len(row) ** 0.5 for row in moments]
        weights = [np.exp(s - max(scores)) for s in scores]
        answers.append([x + sum(w * row[k] for w, row in zip(weights, moments)) / sum(weights) if moments else x for k, x in enumerate(mine)])
    return answers
