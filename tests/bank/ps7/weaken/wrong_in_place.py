"""Weighs the colours in the clip that it was given."""
# symptom: changed what it was given


def weaken(clip, kind):
    C, T, H, W = clip.shape
    if kind == "half":
        return clip.reshape(C, T, H // 2, 2, W // 2, 2).mean(axis=(3, 5))
    if kind not in ("gray", "difference"):
        raise ValueError(f"{kind!r} is no kind")
    if not np.all(clip == clip[:1]):
        for c, share in enumerate((0.299, 0.587, 0.114)):
            clip[c] *= share
        gray = clip.sum(axis=0, keepdims=True)
    else:
        gray = clip[:1].copy()
    return gray if kind == "gray" else np.diff(gray, axis=1, prepend=gray[:, :1])
