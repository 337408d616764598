"""Makes an integer only of what is one already; the rest stays a fraction."""
# symptom: should be a whole number


def mid_channels(cin, cout, t=3, k=3):
    M = t * k**2 * cin * cout / (k**2 * cin + t * cout)
    return int(M) if M.is_integer() else M
