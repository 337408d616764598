"""Subtracts one maximum from all views: the powers of a low one are all 0."""
# symptom: subtract each view's own largest score


def clip_to_video(scores, videos):
    powers = np.exp(scores - scores.max())
    views = powers / powers.sum(axis=1, keepdims=True)
    names = sorted(set(videos))
    return names, np.stack([views[[v == name for v in videos]].mean(axis=0) for name in names])
