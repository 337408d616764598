"""The share of phases that see both, and half where it is less."""
# symptom: hit in 2 phases of 16


def best_accuracy(stride, gap, flash, clip=16):
    both = 0
    for last in range(stride):
        read = {last - k * stride for k in range(clip)}
        both += all(read & set(range(start, start + flash)) for start in (0, -gap))
    return max(0.5, both / stride)
