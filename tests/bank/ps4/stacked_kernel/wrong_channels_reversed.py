"""The last channel of each frame comes first."""
# symptom: t * C + c is channel c of frame t


def stacked_kernel(w, frames):
    O, stacked, ky, kx = w.shape
    C = stacked // frames
    if frames == 1:
        return w[:, :, None]
    parts = np.split(w, frames, axis=1)
    return np.stack([part[:, ::-1] for part in parts], axis=2)
