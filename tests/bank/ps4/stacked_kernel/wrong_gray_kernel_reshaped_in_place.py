"""On gray clips an axis is put into the kernel that was given."""
# symptom: changed what it was given


def stacked_kernel(w, frames):
    O, stacked, ky, kx = w.shape
    if stacked == frames:
        w.shape = (O, 1, frames, ky, kx)
        return w
    return w.reshape(O, frames, stacked // frames, ky, kx).swapaxes(1, 2).copy()
