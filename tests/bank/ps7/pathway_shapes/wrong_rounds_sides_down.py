"""Halves the side rounding down."""
# symptom: take every second place


def pathway_shapes(T, alpha, beta, side):
    def column(frames, share):
        sides = (2, 4, 4, 8, 16, 32)
        return [(frames, side // by, round(c * share)) for by, c in zip(sides, (64, 64, 256, 512, 1024, 2048))]

    return column(T, 1), column(alpha * T, beta)
