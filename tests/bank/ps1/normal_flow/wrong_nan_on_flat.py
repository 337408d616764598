"""Divides by zero on flat pixels."""
# symptom: NaNs


def normal_flow(Ix, Iy, It):
    with np.errstate(all="ignore"):
        return -It * np.stack([Ix, Iy]) / (Ix**2 + Iy**2)
