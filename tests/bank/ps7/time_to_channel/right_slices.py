"""Every alpha-th frame from each of the first alpha ones on."""


def time_to_channel(fast, alpha):
    return np.concatenate([np.stack([channel[k::alpha] for k in range(alpha)]) for channel in fast])
