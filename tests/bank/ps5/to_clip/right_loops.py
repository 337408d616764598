"""One pixel after the other."""


def to_clip(film):
    T, H, W, C = film.shape
    scale = 255.0 if film.dtype.kind == "u" else 1.0
    clip = np.empty((1, C, T, H, W))
    for t, y, x, c in np.ndindex(T, H, W, C):
        clip[0, c, t, y, x] = film[t, y, x, c] / scale
    return clip


def to_film(clip):
    _, C, T, H, W = clip.shape
    film = np.empty((T, H, W, C), np.uint8)
    for t, y, x, c in np.ndindex(T, H, W, C):
        film[t, y, x, c] = min(255, max(0, int(np.floor(255 * clip[0, c, t, y, x] + 0.5))))
    return film
