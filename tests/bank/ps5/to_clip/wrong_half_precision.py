"""Floats of 16 bits, which hold 256 brightnesses apart, but not exactly."""
# symptom: half precision


def to_clip(film):
    if film.dtype == np.uint8:
        film = film.astype(np.float16) / 255
    return film.transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return np.rint(255 * np.clip(clip[0].astype(float), 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
