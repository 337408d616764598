"""The area under true against false positives."""
# symptom: the area under true against false positives


def average_precision(scores, positive):
    if not positive.any():
        return float("nan")
    if positive.all():
        return 1.0
    above = scores[positive][:, None] - scores[~positive][None]
    return ((above > 0) + 0.5 * (above == 0)).mean()
