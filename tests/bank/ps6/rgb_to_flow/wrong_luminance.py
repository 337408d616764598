"""The colours weighted as they make up brightness."""
# symptom: mean of the filter's three colours


def rgb_to_flow(w, channels):
    gray = np.einsum("ocyx,c->oyx", w, [0.299, 0.587, 0.114])
    return np.repeat(gray[:, None], channels, axis=1)
