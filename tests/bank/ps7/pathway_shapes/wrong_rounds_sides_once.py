"""Rounds up once, at the end, the side divided by 32."""
# symptom: take every second place


def pathway_shapes(T, alpha, beta, side):
    def column(frames, share):
        last = max(1, round(side / 32))
        sides = (16, 8, 8, 4, 2, 1)
        return [(frames, last * by, round(c * share)) for by, c in zip(sides, (64, 64, 256, 512, 1024, 2048))]

    return column(T, 1), column(alpha * T, beta)
