"""A new video begins wherever the name changes."""
# symptom: also where its views do not stand side by side


def clip_to_video(scores, videos):
    from itertools import groupby

    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    views = powers / powers.sum(axis=1, keepdims=True)
    names, rows, start = [], [], 0
    for name, group in groupby(videos):
        count = len(list(group))
        names.append(name)
        rows.append(views[start : start + count].mean(axis=0))
        start += count
    order = sorted(range(len(names)), key=names.__getitem__)
    return [names[i] for i in order], np.stack([rows[i] for i in order])
