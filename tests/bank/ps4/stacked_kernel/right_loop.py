"""One plane after the other, into nested lists."""


def stacked_kernel(w, frames):
    C = w.shape[1] // frames
    return [[[kernel[t * C + c].tolist() for t in range(frames)] for c in range(C)] for kernel in w]
