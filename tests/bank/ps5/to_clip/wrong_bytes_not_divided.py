"""Bytes become floats and keep their values."""
# symptom: divide by 255


def to_clip(film):
    return film.astype(float).transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return np.rint(255 * np.clip(clip[0], 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
