"""Always brings the motion below one pixel."""
# symptom: 4 levels


def levels_needed(max_motion, safe=1.0):
    levels = 1
    while max_motion > 1:
        max_motion, levels = max_motion / 2, levels + 1
    return levels
