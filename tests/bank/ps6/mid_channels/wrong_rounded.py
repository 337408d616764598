"""Rounds to the nearest number, which may be above the budget."""
# symptom: has more weights than the 3D convolution


def mid_channels(cin, cout, t=3, k=3):
    return round(t * k**2 * cin * cout / (k**2 * cin + t * cout))
