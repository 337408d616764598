"""The mean of the class means is subtracted, so that films of small classes count more."""
# symptom: each counted once


def classify_films(clips, films, labels, test_clips, test_films):
    def vectors(c, f):
        means = np.stack([c[f == k].mean(axis=0) for k in np.unique(f)])
        return means / np.linalg.norm(means, axis=1, keepdims=True)

    train, test = vectors(clips, films), vectors(test_clips, test_films)
    centre = np.mean([train[labels == k].mean(axis=0) for k in np.unique(labels)], axis=0)
    train, test = train - centre, test - centre
    means = np.stack([train[labels == k].mean(axis=0) for k in np.unique(labels)])
    unit = lambda v: v / np.linalg.norm(v, axis=1, keepdims=True)
    nearest = (unit(test) @ unit(means).T).argmax(axis=1)
    return np.unique(labels)[nearest]
