"""Reads 16 frames, whatever clip says."""
# symptom: one frame too short


def best_accuracy(stride, gap, flash, clip=16):
    both = 0
    for last in range(stride):
        read = {last - k * stride for k in range(16)}
        both += all(read & set(range(start, start + flash)) for start in (0, -gap))
    return 0.5 + 0.5 * both / stride
