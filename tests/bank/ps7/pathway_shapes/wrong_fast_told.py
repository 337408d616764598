"""Adds the lateral channels to the Slow pathway's output."""
# symptom: the Slow pathway has


def pathway_shapes(T, alpha, beta, side):
    def column(frames, share, start=side):
        shapes, now = [], start
        for halves, channels in ((True, 64), (True, 64), (False, 256), (True, 512), (True, 1024), (True, 2048)):
            now = (now - 1) // 2 + 1 if halves else now
            shapes.append((frames, now, round(channels * share)))
        return shapes

    fast = column(alpha * T, beta)
    slow = [(t, s, c + 2 * f) if k in (1, 3, 4) else (t, s, c) for k, ((t, s, c), (_, _, f)) in enumerate(zip(column(T, 1), fast))]
    return slow, fast
