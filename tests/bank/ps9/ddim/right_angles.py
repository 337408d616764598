"""Turns by an angle: what is signal at s and what is noise, from x and v."""


def ddim(x, steps, weights, alpha_bar):
    angle = np.arctan2(np.sqrt(1 - alpha_bar), np.sqrt(alpha_bar))
    for s, t in list(zip(steps[:-1], steps[1:]))[::-1]:
        eps = network(x, t, weights)
        v = (eps - np.sin(angle[t]) * x) / np.cos(angle[t])
        x = np.cos(angle[t] - angle[s]) * x - np.sin(angle[t] - angle[s]) * v
    return x
