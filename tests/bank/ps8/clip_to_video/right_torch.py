"""torch adds rows where they belong; a tensor comes back, and a tuple."""


def clip_to_video(scores, videos):
    import torch

    names = sorted(set(videos))
    owner = torch.tensor([names.index(v) for v in videos])
    views = torch.as_tensor(scores, dtype=torch.float64).softmax(dim=-1)
    total = torch.zeros(len(names), views.shape[1], dtype=torch.float64).index_add(0, owner, views)
    return tuple(names), total / torch.bincount(owner)[:, None]
