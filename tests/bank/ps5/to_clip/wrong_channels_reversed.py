"""Blue first, as one image library reads files."""
# symptom: the right shape and the wrong picture


def to_clip(film):
    values = film / 255 if film.dtype == np.uint8 else film
    return values[..., ::-1].transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return np.rint(255 * np.clip(clip[0], 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
