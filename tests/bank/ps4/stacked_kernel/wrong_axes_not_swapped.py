"""One reshape, as if a channel's frames lay side by side."""
# symptom: t * C + c is channel c of frame t


def stacked_kernel(w, frames):
    O, stacked, ky, kx = w.shape
    C = stacked // frames
    return w.reshape(O, C, frames, ky, kx)
