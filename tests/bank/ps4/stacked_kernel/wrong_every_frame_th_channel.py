"""Takes each frames-th channel of the stack for a frame, backwards."""
# symptom: time should run as the clip's


def stacked_kernel(w, frames):
    O, stacked, ky, kx = w.shape
    C = stacked // frames
    return np.stack([w[:, t::frames] for t in reversed(range(frames))], axis=2)
