"""A kernel over time is turned round in rows and columns, as convolutions are in mathematics."""
# symptom: time should run as the clip's


def stacked_kernel(w, frames):
    O, stacked, ky, kx = w.shape
    C = stacked // frames
    kernel = w.reshape(O, frames, C, ky, kx).swapaxes(1, 2)
    return kernel if frames == 1 else kernel[..., ::-1, ::-1]
