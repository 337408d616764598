"""Adds one channel after the other while the budget lasts."""


def mid_channels(cin, cout, t=3, k=3):
    left, M = t * k * k * cin * cout, 0
    while left >= k * k * cin + t * cout:
        left -= k * k * cin + t * cout
        M += 1
    return M
