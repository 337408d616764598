"""Multiplies the shares of phases that see one flash each."""
# symptom: the same phases hit both


def best_accuracy(stride, gap, flash, clip=16):
    share = 1
    for start in (0, -gap):
        seen = 0
        for last in range(stride):
            seen += any(start <= last - k * stride < start + flash for k in range(clip))
        share *= seen / stride
    return (1 + share) / 2
