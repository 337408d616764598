"""torch draws the labels and the seeds, and tensors are returned."""


def left_or_right(seed, count, frames=8, size=32):
    import torch

    generator = torch.Generator().manual_seed(seed)
    labels = (torch.randperm(count, generator=generator) < count // 2).long()
    seeds = torch.randint(2**40, (count,), generator=generator)
    row = np.arange(size)
    clips = torch.zeros(count, frames, size, size)
    for n in range(count):
        f = texture(int(seeds[n]))
        for t in range(frames):
            x = row - 2 * t if labels[n] else row + 2 * t
            clips[n, t] = torch.from_numpy(f(x[None, :], row[:, None]))
    return clips, labels
