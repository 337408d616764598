"""The half-open interval is open at the other end."""
# symptom: exactly half a period


def nearest_match_shift(period, true_shift):
    return (true_shift + period / 2) % period - period / 2
