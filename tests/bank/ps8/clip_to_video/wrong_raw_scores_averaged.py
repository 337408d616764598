"""Averages the raw scores, then one softmax."""
# symptom: raw scores were averaged


def clip_to_video(scores, videos):
    names = sorted(set(videos))
    mean = np.stack([scores[[v == name for v in videos]].mean(axis=0) for name in names])
    powers = np.exp(mean - mean.max(axis=1, keepdims=True))
    return names, powers / powers.sum(axis=1, keepdims=True)
