"""Rounds the gap to a multiple of the stride."""
# symptom: the other is stepped over


def best_accuracy(stride, gap, flash, clip=16):
    gap = stride * round(gap / stride)
    both = 0
    for last in range(stride):
        read = {last - k * stride for k in range(clip)}
        both += all(read & set(range(start, start + flash)) for start in (0, -gap))
    return 0.5 + 0.5 * both / stride
