"""One of the three bugs is left: each number is divided by its length over the films."""
# symptom: a test film gets another label when it is tested alone


def classify_films(clips, films, labels, test_clips, test_films):
    def vectors(c, f):
        means = np.stack([c[f == k].mean(axis=0) for k in np.unique(f)])
        return means / np.linalg.norm(means, axis=0, keepdims=True)

    train, test = vectors(clips, films), vectors(test_clips, test_films)
    centre = train.mean(axis=0)
    train, test = train - centre, test - centre
    means = np.stack([train[labels == k].mean(axis=0) for k in np.unique(labels)])
    unit = lambda v: v / np.linalg.norm(v, axis=1, keepdims=True)
    nearest = (unit(test) @ unit(means).T).argmax(axis=1)
    return np.unique(labels)[nearest]
