"""The Fast pathway always has 32 frames, as in the lecture."""
# symptom: frames, not


def pathway_shapes(T, alpha, beta, side):
    def column(frames, share, start=side):
        shapes, now = [], start
        for halves, channels in ((True, 64), (True, 64), (False, 256), (True, 512), (True, 1024), (True, 2048)):
            now = (now - 1) // 2 + 1 if halves else now
            shapes.append((frames, now, round(channels * share)))
        return shapes

    return column(T, 1), column(32, beta)
