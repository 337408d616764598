"""Each clip of a test film is classified, and the majority wins."""
# symptom: four faint clips outvote a loud one


def classify_films(clips, films, labels, test_clips, test_films):
    def vectors(c, f):
        means = np.stack([c[f == k].mean(axis=0) for k in np.unique(f)])
        return means / np.linalg.norm(means, axis=1, keepdims=True)

    train, test = vectors(clips, films), vectors(test_clips, np.arange(len(test_clips)))
    centre = train.mean(axis=0)
    train, test = train - centre, test - centre
    means = np.stack([train[labels == k].mean(axis=0) for k in np.unique(labels)])
    unit = lambda v: v / np.linalg.norm(v, axis=1, keepdims=True)
    nearest = (unit(test) @ unit(means).T).argmax(axis=1)
    votes = [np.bincount(nearest[test_films == k]).argmax() for k in np.unique(test_films)]
    return np.unique(labels)[votes]
