"""The class that most views prefer; of those views the mean."""
# symptom: votes were counted


def clip_to_video(scores, videos):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    views = powers / powers.sum(axis=1, keepdims=True)
    names, rows = sorted(set(videos)), []
    for name in names:
        mine = views[[v == name for v in videos]]
        winner = np.bincount(mine.argmax(axis=1)).argmax()
        rows.append(mine[mine.argmax(axis=1) == winner].mean(axis=0))
    return names, np.stack(rows)
