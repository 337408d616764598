"""The mean, scaled so that it is as long as the filter of a colour."""
# symptom: mean of the filter's three colours


def rgb_to_flow(w, channels):
    mean = w.mean(axis=1, keepdims=True)
    length = np.sqrt((w**2).sum(axis=(1, 2, 3), keepdims=True) / 3)
    mean = mean * length / np.sqrt((mean**2).sum(axis=(1, 2, 3), keepdims=True))
    return np.repeat(mean, channels, axis=1)
