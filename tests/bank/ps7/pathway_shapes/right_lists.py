"""Lists instead of tuples, floats made whole."""


def pathway_shapes(T, alpha, beta, side):
    both = [[], []]
    for out, frames, share in zip(both, (T, alpha * T), (1.0, beta)):
        s = side
        for k in range(6):
            if k != 2:
                s = int(np.ceil(s / 2))
            c = 64 if k < 2 else 64 * 2**k
            out.append([frames, s, int(c * share)])
    return both
