"""Reshapes in place of exchanging axes."""
# symptom: a reshape keeps the order of the numbers


def to_clip(film):
    T, H, W, C = film.shape
    values = film / 255 if film.dtype == np.uint8 else film
    return values.reshape(1, C, T, H, W)


def to_film(clip):
    return np.rint(255 * np.clip(clip[0], 0, 1)).astype(np.uint8).transpose(1, 2, 3, 0)
