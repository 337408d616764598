"""torch's integers, a tensor without axes."""


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    import torch

    C, *sizes = torch.tensor(shape, dtype=torch.int64)
    sizes = torch.stack(sizes)
    N, M = sizes.prod(), torch.div(sizes, torch.tensor(pool), rounding_mode="floor").prod()
    return 4 * N * C * inner + 2 * N * M * inner
