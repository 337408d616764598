"""Multiplies by 256 and cuts off: bytes come back, the nearest byte does not."""
# symptom: nearer to 255 than to 254


def to_clip(film):
    values = film / 255 if film.dtype == np.uint8 else film
    return values.transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return np.clip(np.floor(256 * clip[0]), 0, 255).astype(np.uint8).transpose(1, 2, 3, 0)
