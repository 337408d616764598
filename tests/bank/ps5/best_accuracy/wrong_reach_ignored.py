"""Asks for the phases alone, not whether the clip reaches back."""
# symptom: do not reach back 80 frames


def best_accuracy(stride, gap, flash, clip=16):
    both = sum(last < flash and (last + gap) % stride < flash for last in range(stride))
    return 0.5 + 0.5 * both / stride
