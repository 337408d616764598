"""A dict of running sums, with math alone; nested lists."""


def clip_to_video(scores, videos):
    import math

    sums, counts = {}, {}
    for row, name in zip(scores.tolist(), videos):
        top = max(row)
        powers = [math.exp(s - top) for s in row]
        total = math.fsum(powers)
        before = sums.get(name, [0.0] * len(row))
        sums[name] = [b + p / total for b, p in zip(before, powers)]
        counts[name] = counts.get(name, 0) + 1
    names = sorted(sums)
    return names, [[s / counts[name] for s in sums[name]] for name in names]
