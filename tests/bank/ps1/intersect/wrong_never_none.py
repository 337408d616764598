"""lstsq returns the shortest motion on parallel lines, and that is handed out."""
# symptom: parallel


def intersect(Ix, Iy, It):
    return np.linalg.lstsq(np.stack([Ix, Iy], axis=1), -It, rcond=None)[0]
