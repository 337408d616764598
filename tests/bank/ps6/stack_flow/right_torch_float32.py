"""torch in single precision."""


def stack_flow(flows, bound=20.0, centre=True):
    import torch

    stack = torch.tensor(np.asarray(flows), dtype=torch.float32).flatten(0, 1)
    stack = torch.nan_to_num(stack, nan=0.0).clamp(-bound, bound).div(bound)
    return stack - stack.mean(dim=(-2, -1), keepdim=True) if centre else stack
