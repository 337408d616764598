"""The cast to bytes cuts off what should be rounded."""
# symptom: round, do not cut off


def to_clip(film):
    values = film / 255 if film.dtype == np.uint8 else film
    return values.transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return (255 * np.clip(clip[0], 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
