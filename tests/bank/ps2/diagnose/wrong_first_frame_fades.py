"""Expects the second frame to be the paler one."""
# symptom: two motions


def diagnose(I0, I1):
    alike = lambda A, B: np.corrcoef(A.ravel(), B.ravel())[0, 1]
    height, width = I0.shape
    if any(min(alike(I0[:, p:], I0[:, :-p]), alike(I0[p:], I0[:-p])) > 0.98 for p in range(4, 13)):
        return "periodic"                               # the first frame looks like itself, moved
    neighbours = (I0[1:-1, :-2] + I0[1:-1, 2:] + I0[:-2, 1:-1] + I0[2:, 1:-1]) / 4
    if np.std(I0[1:-1, 1:-1] - neighbours) > 0.6 * I0.std():
        return "noise"                                  # neighbouring pixels know nothing of each other
    shifts = [(u, v) for v in range(-7, 8) for u in range(-7, 8)]
    matches = {(u, v): alike(I0[7:-7, 7:-7], I1[7 + v : height - 7 + v, 7 + u : width - 7 + u]) for u, v in shifts}
    if np.hypot(*max(matches, key=matches.get)) > 2:
        return "large"                                  # the best match lies far away
    contrast = I1.std() / I0.std()
    return "brightness" if contrast < 0.88 else "two motions"
