"""Products with one-hot matrices in place of means; clips may be summed, since lengths are divided out."""


def classify_films(clips, films, labels, test_clips, test_films):
    hot = lambda names: (names[:, None] == np.unique(names)).astype(float)
    unit = lambda v: v / np.sqrt(np.einsum("nd,nd->n", v, v))[:, None]
    train, test = unit(hot(films).T @ clips), unit(hot(test_films).T @ test_clips)
    member = hot(labels)
    centre = train.mean(axis=0)
    # A film's own length changes no order of its cosines.
    return np.unique(labels)[((test - centre) @ unit(member.T @ (train - centre)).T).argmax(axis=1)]
