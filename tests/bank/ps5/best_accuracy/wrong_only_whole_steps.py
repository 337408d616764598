"""Sees that phases are not independent, and takes a gap of no whole number of steps for one that none sees."""
# symptom: not independent, and not the same either


def best_accuracy(stride, gap, flash, clip=16):
    if gap > (clip - 1) * stride + flash - 1:
        return 0.5
    if flash >= stride:
        hit = [any(-gap <= last - stride * k < flash - gap for k in range(clip)) for last in range(stride)]
        return 0.5 + 0.5 * sum(hit) / stride
    return 0.5 + 0.5 * flash / stride if gap % stride == 0 else 0.5
