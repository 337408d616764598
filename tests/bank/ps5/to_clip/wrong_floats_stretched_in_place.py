"""Stretches a film of floats to [0, 1], and the film that it was given with it."""
# symptom: changed what it was given


def to_clip(film):
    if film.dtype == np.uint8:
        film = film / 255
    else:
        film -= film.min()
        film /= film.max()
    return film.transpose(3, 0, 1, 2)[None]


def to_film(clip):
    return np.rint(255 * np.clip(clip[0], 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
