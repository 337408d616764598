"""The spatial kernel t x t, the temporal one k long."""
# symptom: the largest M within the budget is


def mid_channels(cin, cout, t=3, k=3):
    return k * t**2 * cin * cout // (t**2 * cin + k * cout)
