"""Rounds the number of halvings down."""
# symptom: must be halved


def levels_needed(max_motion, safe=1.0):
    return int(max(0, np.floor(np.log2(max(max_motion, 1e-9) / safe)))) + 1
