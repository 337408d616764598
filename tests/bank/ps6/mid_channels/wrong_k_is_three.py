"""The spatial kernel is taken to be 3 x 3."""
# symptom: the largest M within the budget is


def mid_channels(cin, cout, t=3, k=3):
    return 9 * t * cin * cout // (9 * cin + t * cout)
