"""The colour with the largest weight, place by place."""
# symptom: mean of the filter's three colours


def rgb_to_flow(w, channels):
    strongest = np.abs(w).argmax(axis=1)[:, None]
    return np.repeat(np.take_along_axis(w, strongest, axis=1), channels, axis=1)
