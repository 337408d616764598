"""The share of phases that see both, as if all others were wrong."""
# symptom: still guesses


def best_accuracy(stride, gap, flash, clip=16):
    both = 0
    for last in range(stride):
        read = {last - k * stride for k in range(clip)}
        both += all(read & set(range(start, start + flash)) for start in (0, -gap))
    return both / stride
