"""Who saw one of the flashes is taken to know."""
# symptom: at best half of the answers are right


def best_accuracy(stride, gap, flash, clip=16):
    both = 0
    for last in range(stride):
        read = {last - k * stride for k in range(clip)}
        both += any(read & set(range(start, start + flash)) for start in (0, -gap))
    return 0.5 + 0.5 * both / stride
