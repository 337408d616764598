"""Two of the three bugs are left: clips are scaled first, and test films are in the mean."""
# symptom: four faint clips outvote a loud one


def classify_films(clips, films, labels, test_clips, test_films):
    def vectors(c, f):
        c = c / np.sqrt((c**2).sum(axis=1, keepdims=True))
        return np.stack([c[f == k].mean(axis=0) for k in np.unique(f)])

    train, test = vectors(clips, films), vectors(test_clips, test_films)
    centre = np.concatenate([train, test]).mean(axis=0)
    train, test = train - centre, test - centre
    means = np.stack([train[labels == k].mean(axis=0) for k in np.unique(labels)])
    unit = lambda v: v / np.linalg.norm(v, axis=1, keepdims=True)
    nearest = (unit(test) @ unit(means).T).argmax(axis=1)
    return np.unique(labels)[nearest]
