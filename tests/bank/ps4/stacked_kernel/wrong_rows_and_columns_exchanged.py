"""Rows and columns of the kernel are exchanged in memory."""
# symptom: time should run as the clip's


def stacked_kernel(w, frames):
    O, stacked, ky, kx = w.shape
    C = stacked // frames
    if frames == 1:
        return w.reshape(O, C, 1, ky, kx)
    return w.swapaxes(2, 3).reshape(O, frames, C, ky, kx).swapaxes(1, 2)
