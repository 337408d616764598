"""Forgets the axis of the batch."""
# symptom: to_clip should have shape


def to_clip(film):
    values = film / 255 if film.dtype == np.uint8 else film
    return values.transpose(3, 0, 1, 2)


def to_film(clip):
    return np.rint(255 * np.clip(clip[0], 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
