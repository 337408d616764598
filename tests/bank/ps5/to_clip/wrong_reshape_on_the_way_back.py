"""The way back is a reshape."""
# symptom: clip[0, c, t, y, x] should stand at film[t, y, x, c]


def to_clip(film):
    values = film / 255 if film.dtype == np.uint8 else film
    return values.transpose(3, 0, 1, 2)[None]


def to_film(clip):
    _, C, T, H, W = clip.shape
    return np.rint(255 * np.clip(clip, 0, 1)).astype(np.uint8).reshape(T, H, W, C)
