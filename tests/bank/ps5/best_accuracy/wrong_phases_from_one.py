"""The newest frame is 1, 2, ... or stride."""
# symptom: the oldest frame read is just that one


def best_accuracy(stride, gap, flash, clip=16):
    both = 0
    for last in range(1, stride + 1):
        read = {last - k * stride for k in range(clip)}
        both += all(read & set(range(start, start + flash)) for start in (0, -gap))
    return 0.5 + 0.5 * both / stride
