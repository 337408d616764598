"""Looks for two motions by comparing the left half with the right half."""
# symptom: which way the picture is held


def diagnose(I0, I1):
    alike = lambda A, B: np.corrcoef(A.ravel(), B.ravel())[0, 1]
    height, width = I0.shape
    if any(min(alike(I0[:, p:], I0[:, :-p]), alike(I0[p:], I0[:-p])) > 0.98 for p in range(4, 13)):
        return "periodic"
    neighbours = (I0[1:-1, :-2] + I0[1:-1, 2:] + I0[:-2, 1:-1] + I0[2:, 1:-1]) / 4
    if np.std(I0[1:-1, 1:-1] - neighbours) > 0.6 * I0.std():
        return "noise"
    shifts = [(u, v) for v in range(-7, 8) for u in range(-7, 8)]
    matches = {(u, v): alike(I0[7:-7, 7:-7], I1[7 + v : height - 7 + v, 7 + u : width - 7 + u]) for u, v in shifts}
    if np.hypot(*max(matches, key=matches.get)) > 2:
        return "large"
    Iy, Ix = np.gradient((I0 + I1) / 2)
    found = []
    for half in (np.s_[5:-5, 5:25], np.s_[5:-5, -25:-5]):
        A = np.stack([Ix[half].ravel(), Iy[half].ravel(), np.ones(Ix[half].size), I1[half].ravel()], axis=1)
        found.append(np.linalg.lstsq(A, (I0 - I1)[half].ravel(), rcond=None)[0][:2])
    return "two motions" if np.hypot(*(found[0] - found[1])) > 0.6 else "brightness"
