"""Through the gradient's angle."""


def normal_flow(Ix, Iy, It):
    angle = np.arctan2(Iy, Ix)
    slope = np.hypot(Ix, Iy)
    safe = np.where(slope == 0, np.inf, slope)
    speed = -It / safe
    return np.array([speed * np.cos(angle), speed * np.sin(angle)])
