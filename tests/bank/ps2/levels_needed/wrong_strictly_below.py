"""Halves once more where the motion is exactly safe."""
# symptom: 1.25 is safe


def levels_needed(max_motion, safe=1.0):
    levels = 1
    while max_motion >= safe:
        max_motion, levels = max_motion / 2, levels + 1
    return levels
