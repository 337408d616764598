"""Flashes cover the frames 1 to flash after their beginning."""
# symptom: the oldest frame read is just that one


def best_accuracy(stride, gap, flash, clip=16):
    both = 0
    for last in range(stride):
        read = {last - k * stride for k in range(clip)}
        both += all(read & set(range(start + 1, start + flash + 1)) for start in (0, -gap))
    return 0.5 + 0.5 * both / stride
