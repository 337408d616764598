"""Differences of the plain mean of colours, though gray is weighed."""
# symptom: not of one colour


def weaken(clip, kind):
    clip = np.asarray(clip, float)
    C, T, H, W = clip.shape
    if kind == "half":
        return clip.reshape(C, T, H // 2, 2, W // 2, 2).mean(axis=(3, 5))
    if kind not in ("gray", "difference"):
        raise ValueError(f"kind must be 'gray', 'half' or 'difference', not {kind!r}")
    gray = np.tensordot([0.299, 0.587, 0.114], clip, 1)[None]
    return gray if kind == "gray" else (lambda m: np.diff(m, axis=1, prepend=m[:, :1]))(clip.mean(axis=0, keepdims=True))
