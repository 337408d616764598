"""Builds the convolutions in torch and counts what they put out on the meta device."""


def multiply_adds(T, alpha, ratio, side=224, kernel=5):
    import torch

    totals = dict(slow=0, fast=0, lateral=0)

    def conv(part, x, cout, k, stride=(1, 1, 1)):
        layer = torch.nn.Conv3d(x.shape[1], cout, k, stride, padding=tuple(n // 2 for n in k), bias=False, device="meta")
        y = layer(x)
        totals[part] += y.numel() * x.shape[1] * k[0] * k[1] * k[2]
        return y

    def stem(part, frames, share, depth):
        x = conv(part, torch.empty(1, 3, frames, side, side, device="meta"), 64 // share, (depth, 7, 7), (1, 2, 2))
        return torch.nn.functional.max_pool3d(x, (1, 3, 3), (1, 2, 2), (0, 1, 1))

    def stage(part, x, k, share, depth):
        w = 64 * 2**k // share
        for b in range((3, 4, 6, 3)[k]):
            step = (1, 2, 2) if k and not b else (1, 1, 1)
            y = conv(part, conv(part, conv(part, x, w, (depth, 1, 1)), w, (1, 3, 3), step), 4 * w, (1, 1, 1))
            if not b:
                conv(part, x, 4 * w, (1, 1, 1), step)
            x = y
        return x

    slow, fast = stem("slow", T, 1, 1), stem("fast", alpha * T, ratio, 5)
    for k in range(4):
        news = conv("lateral", fast, 2 * fast.shape[1], (kernel, 1, 1), (alpha, 1, 1))
        slow = stage("slow", torch.cat([slow, news[:, :, :T]], dim=1), k, 1, 3 if k > 1 else 1)
        fast = stage("fast", fast, k, ratio, 3)
    return totals["slow"], totals["fast"], totals["lateral"]
