"""Lets the Fast pathway lose frames stage by stage until it has T of them."""
# symptom: nothing steps or pools through time


def pathway_shapes(T, alpha, beta, side):
    def column(frames, share, start=side):
        shapes, now = [], start
        for halves, channels in ((True, 64), (True, 64), (False, 256), (True, 512), (True, 1024), (True, 2048)):
            now = (now - 1) // 2 + 1 if halves else now
            shapes.append((frames, now, round(channels * share)))
        return shapes

    fast = column(alpha * T, beta)
    left = [alpha * T, alpha * T, alpha * T, max(T, alpha * T // 2), max(T, alpha * T // 4), T]
    return column(T, 1), [(t, s, c) for t, (_, s, c) in zip(left, fast)]
