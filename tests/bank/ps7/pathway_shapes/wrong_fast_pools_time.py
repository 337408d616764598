"""The Fast pathway's pool1 halves time, as C3D would."""
# symptom: nothing steps or pools through time


def pathway_shapes(T, alpha, beta, side):
    def column(frames, share, start=side):
        shapes, now = [], start
        for halves, channels in ((True, 64), (True, 64), (False, 256), (True, 512), (True, 1024), (True, 2048)):
            now = (now - 1) // 2 + 1 if halves else now
            shapes.append((frames, now, round(channels * share)))
        return shapes

    fast = column(alpha * T, beta)
    return column(T, 1), fast[:1] + [((t + 1) // 2, s, c) for t, s, c in fast[1:]]
