"""torch in single precision."""


def classify_films(clips, films, labels, test_clips, test_films):
    import torch

    def vectors(c, f):
        c, (_, place) = torch.tensor(c, dtype=torch.float32), torch.unique(torch.tensor(f), return_inverse=True)
        total = torch.zeros(int(place.max()) + 1, c.shape[1]).index_add(0, place, c)
        return torch.nn.functional.normalize(total / torch.bincount(place)[:, None], dim=1)

    train, test = vectors(clips, films), vectors(test_clips, test_films)
    train, test = train - train.mean(dim=0), test - train.mean(dim=0)
    names, place = torch.unique(torch.tensor(labels), return_inverse=True)
    means = torch.stack([train[place == k].mean(dim=0) for k in range(len(names))])
    return names[torch.nn.functional.cosine_similarity(test[:, None], means, dim=-1).argmax(dim=1)]
