"""Divides every sum by the mean number of views."""
# symptom: views among


def clip_to_video(scores, videos):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    views = powers / powers.sum(axis=1, keepdims=True)
    names = sorted(set(videos))
    total = np.stack([views[[v == name for v in videos]].sum(axis=0) for name in names])
    return names, total * len(names) / len(videos)
