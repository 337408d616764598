"""Takes a film for one of bytes if a value is above 1."""
# symptom: go by the dtype


def to_clip(film):
    values = film / 255 if film.max() > 1 else film
    return values.transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return np.rint(255 * np.clip(clip[0], 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
