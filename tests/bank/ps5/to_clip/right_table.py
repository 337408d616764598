"""A table of 256 brightnesses, in single precision, and einsum for the axes."""


def to_clip(film):
    if film.dtype == np.uint8:
        film = np.linspace(0, 1, 256, dtype=np.float32)[film]
    return np.einsum("thwc->cthw", film)[np.newaxis]


def to_film(clip):
    edges = (np.arange(255) + 0.5) / 255
    return np.searchsorted(edges, np.einsum("cthw->thwc", clip[0])).astype(np.uint8)
