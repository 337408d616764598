"""Sorts the names and leaves the rows in the order of appearance."""
# symptom: and stand where its name stands


def clip_to_video(scores, videos):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    views = powers / powers.sum(axis=1, keepdims=True)
    names = list(dict.fromkeys(videos))
    return sorted(names), np.stack([views[[v == name for v in videos]].mean(axis=0) for name in names])
