"""Names in the order in which they first appear."""
# symptom: names should be sorted


def clip_to_video(scores, videos):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    views = powers / powers.sum(axis=1, keepdims=True)
    names = list(dict.fromkeys(videos))
    return names, np.stack([views[[v == name for v in videos]].mean(axis=0) for name in names])
