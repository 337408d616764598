"""Average after argmax: each of several views votes for its best class, and the votes are averaged."""
# symptom: votes were counted


def clip_to_video(scores, videos):
    views = np.eye(scores.shape[1])[scores.argmax(axis=1)]
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    names = sorted(set(videos))
    rows = []
    for name in names:
        mine = [i for i, v in enumerate(videos) if v == name]
        rows.append(views[mine].mean(axis=0) if len(mine) > 1 else powers[mine[0]] / powers[mine[0]].sum())
    return names, np.stack(rows)
