"""Casts to bytes only what needs no rounding; all else stays a float."""
# symptom: whatever the clip


def to_clip(film):
    film = film / 255 if film.dtype == np.uint8 else film
    return film.transpose(3, 0, 1, 2)[None]


def to_film(clip):
    film = 255 * np.clip(clip[0], 0, 1).transpose(1, 2, 3, 0)
    return film.astype(np.uint8) if np.all(film == film.astype(np.uint8)) else np.rint(film)
