"""Values outside [0, 1] are cast as they are."""
# symptom: they wrap around


def to_clip(film):
    values = film / 255 if film.dtype == np.uint8 else film
    return values.transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return np.rint(255 * clip[0]).astype(int).astype(np.uint8).transpose(1, 2, 3, 0)
