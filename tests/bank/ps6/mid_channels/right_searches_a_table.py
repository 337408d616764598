"""The cost of every M up to the budget, and a search in it."""


def mid_channels(cin, cout, t=3, k=3):
    costs = np.arange(t * k * k * max(cin, cout) + 2) * (k * k * cin + t * cout)
    return np.searchsorted(costs, t * k * k * cin * cout, side="right") - 1
