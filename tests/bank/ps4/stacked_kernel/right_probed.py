"""Asks which place of the stack each tap should read, by stacking the places themselves."""


def stacked_kernel(w, frames):
    places = np.arange(w.shape[1]).reshape(frames, -1).T
    return w[:, places]
