"""A flash is seen only where it begins."""
# symptom: hit in 2 phases of 16


def best_accuracy(stride, gap, flash, clip=16):
    both = 0
    for last in range(stride):
        read = {last - k * stride for k in range(clip)}
        both += 0 in read and -gap in read
    return 0.5 + 0.5 * both / stride
