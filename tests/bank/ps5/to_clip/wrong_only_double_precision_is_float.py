"""Takes floats of 32 bits for bytes."""
# symptom: floats of 32 bits are floats too


def to_clip(film):
    values = film if film.dtype == float else film / 255
    return values.transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return np.rint(255 * np.clip(clip[0], 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
