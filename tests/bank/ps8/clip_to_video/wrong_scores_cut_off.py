"""Cuts scores off at 500 so that the exponential stays finite."""
# symptom: adding one number to all scores of a view


def clip_to_video(scores, videos):
    powers = np.exp(np.clip(scores, -500, 500))
    views = powers / powers.sum(axis=1, keepdims=True)
    names = sorted(set(videos))
    return names, np.stack([views[[v == name for v in videos]].mean(axis=0) for name in names])
