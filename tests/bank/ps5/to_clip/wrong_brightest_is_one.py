"""Divides by the largest value of the film."""
# symptom: they should keep their values


def to_clip(film):
    return (film / max(film.max(), 1e-9)).transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return np.rint(255 * np.clip(clip[0], 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
