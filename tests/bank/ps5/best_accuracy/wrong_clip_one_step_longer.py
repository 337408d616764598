"""A clip of 16 frames spans 16 strides."""
# symptom: one frame too short


def best_accuracy(stride, gap, flash, clip=16):
    both = 0
    for last in range(stride):
        read = range(last - stride * clip, last + 1, stride)
        both += all(set(read) & set(range(start, start + flash)) for start in (0, -gap))
    return 0.5 + 0.5 * both / stride
