"""Three channels are turned round, from RGB to BGR."""
# symptom: t * C + c is channel c of frame t


def stacked_kernel(w, frames):
    O, stacked, ky, kx = w.shape
    C = stacked // frames
    kernel = w.reshape(O, frames, C, ky, kx).swapaxes(1, 2)
    return kernel[:, ::-1] if C == 3 else kernel
