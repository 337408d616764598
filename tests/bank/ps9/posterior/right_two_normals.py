"""Two pieces of knowledge, each weighted by the other's variance."""


def posterior(x0, xt, t, alpha_bar):
    from_the_end = 1 - alpha_bar[t - 1]
    kept = alpha_bar[t] / alpha_bar[t - 1]
    from_now = (1 - kept) / kept
    both = from_the_end + from_now
    mean = (from_now * np.sqrt(alpha_bar[t - 1]) * x0 + from_the_end * xt / np.sqrt(kept)) / both
    return [mean, from_the_end * from_now / both]
