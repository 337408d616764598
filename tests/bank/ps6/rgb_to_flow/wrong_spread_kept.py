"""Scales by the root of 3 / channels, so that noise gets an answer of the same size."""
# symptom: repeat the mean, scale nothing


def rgb_to_flow(w, channels):
    mean = w.mean(axis=1, keepdims=True)
    return np.repeat(mean, channels, axis=1) * np.sqrt(3 / channels)
