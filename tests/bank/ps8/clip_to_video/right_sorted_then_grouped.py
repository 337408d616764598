"""Sorts the views by name and cuts the list where the name changes."""


def clip_to_video(scores, videos):
    from itertools import groupby

    order = sorted(range(len(videos)), key=videos.__getitem__)
    names, rows = [], []
    for name, group in groupby(order, key=videos.__getitem__):
        mine = scores[list(group)]
        logs = mine - np.logaddexp.reduce(mine, axis=1)[:, None]
        names.append(name)
        rows.append(np.exp(logs).mean(axis=0))
    return names, np.array(rows)
