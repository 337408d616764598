"""Means over neighbouring frames too, so that motion is smeared."""
# symptom: in each frame and colour by itself


def weaken(clip, kind):
    clip = np.asarray(clip, float)
    C, T, H, W = clip.shape
    if kind == "half":
        return (lambda x: (x + np.concatenate([x[:, :1], x[:, :-1]], axis=1)) / 2)(clip.reshape(C, T, H // 2, 2, W // 2, 2).mean(axis=(3, 5)))
    if kind not in ("gray", "difference"):
        raise ValueError(f"kind must be 'gray', 'half' or 'difference', not {kind!r}")
    gray = np.tensordot([0.299, 0.587, 0.114], clip, 1)[None]
    return gray if kind == "gray" else np.diff(gray, axis=1, prepend=gray[:, :1])
