"""Frames are split off in front of the outputs."""
# symptom: time should run as the clip's


def stacked_kernel(w, frames):
    O, stacked, ky, kx = w.shape
    C = stacked // frames
    return w.reshape(frames, O, C, ky, kx).transpose(1, 2, 0, 3, 4)
