"""The temporal kernel is taken to be 3 long."""
# symptom: the largest M within the budget is


def mid_channels(cin, cout, t=3, k=3):
    return 3 * k**2 * cin * cout // (k**2 * cin + 3 * cout)
