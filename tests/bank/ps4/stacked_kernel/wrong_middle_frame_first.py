"""Time is counted from the middle of the kernel, and what is before it goes to the end."""
# symptom: time should run as the clip's


def stacked_kernel(w, frames):
    O, stacked, ky, kx = w.shape
    C = stacked // frames
    kernel = w.reshape(O, frames, C, ky, kx).swapaxes(1, 2)
    return np.fft.ifftshift(kernel, axes=2)
