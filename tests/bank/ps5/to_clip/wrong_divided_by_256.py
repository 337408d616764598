"""Divides by the number of bytes, not by the largest one."""
# symptom: divide by 255


def to_clip(film):
    values = film / 256 if film.dtype == np.uint8 else film
    return values.transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return np.rint(255 * np.clip(clip[0], 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
