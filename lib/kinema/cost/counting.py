"""Counting the parameters and the multiply-adds of one forward pass, on shapes alone."""

import copy
from dataclasses import dataclass

# How torch's counter names its operators, and what they are called here.
OPERATORS = {
    "convolution": "convolution",
    "_convolution": "convolution",
    "cudnn_convolution": "convolution",
    "mm": "linear",
    "addmm": "linear",
    "bmm": "matmul",
    "baddbmm": "matmul",
}


@dataclass(frozen=True)
class Cost:
    """Parameters and multiply-adds of one forward pass; `by_operator` splits the latter and sums to `macs`."""

    parameters: int
    macs: int
    by_operator: dict[str, int]


def count_parameters(net):
    """Number of trainable numbers in `net`; one that is shared counts once."""
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


def _resized(x, size=None, scale_factor=None, **_):
    """What `torch.nn.functional.interpolate` returns, as a shape."""
    sides = x.shape[2:]
    if size is None:
        factors = scale_factor if isinstance(scale_factor, tuple | list) else [scale_factor] * len(sides)
        size = [int(n * factor) for n, factor in zip(sides, factors, strict=True)]
    elif isinstance(size, int):
        size = [size] * len(sides)
    return x.new_empty((*x.shape[:2], *size))


def _correlation_counter():
    """A torch mode that adds up the multiply-adds of `kinema`'s correlation layers in its `macs`.

    It also answers for some functions that cost nothing by our convention, and that torch works through step by step
    even on shapes alone: that was most of the time.
    """
    import torch
    import torch.nn.functional as F
    from torch.overrides import TorchFunctionMode

    from kinema.flow.nets.layers import correlation

    free = {
        **dict.fromkeys((torch.relu, F.relu, F.leaky_relu, F.batch_norm), lambda x, *_, **__: x.new_empty(x.shape)),
        F.grid_sample: lambda x, grid, **_: x.new_empty((*x.shape[:2], *grid.shape[1:-1])),
        F.interpolate: _resized,
    }

    class Counter(TorchFunctionMode):
        macs = 0

        def __torch_function__(self, function, types, args=(), kwargs=None):
            kwargs = kwargs or {}
            if function in free:
                return free[function](*args, **kwargs)
            result = function(*args, **kwargs)
            if function is correlation:
                self.macs += result.numel() * args[0].shape[1]
            return result

    return Counter()


def on_meta(build_or_net, shapes):
    """(network, inputs) on shapes alone; see `count_macs`."""
    import torch

    if not shapes:
        raise ValueError("no input shape given: count_macs(net, (1, 3, 384, 512), (1, 3, 384, 512)), say")
    if isinstance(build_or_net, torch.nn.Module):
        net = copy.deepcopy(build_or_net).to("meta")
    else:
        with torch.device("meta"):
            net = build_or_net().eval()
    inputs = [torch.empty(shape, device="meta") for shape in shapes]
    return net, inputs


def count_macs(build_or_net, *shapes):
    """Cost of one forward pass on inputs of the given shapes.

    Parameters
    ----------
    build_or_net : callable or torch.nn.Module
        A function without arguments that builds the network (then it never takes up memory), or a network, of which
        a copy is counted in its present mode. A network just built is counted in evaluation mode.
    *shapes : tuple of int
        Shape of each input tensor, batch included: (1, 3, 384, 512), (1, 3, 384, 512) for two frames.

    Returns
    -------
    Cost
        Multiply-adds counted once. A network that must look at numbers to go on cannot run on shapes alone.

    Raises
    ------
    ValueError
        If no shape is given.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    net, inputs = on_meta(build_or_net, shapes)
    flops, correlations = FlopCounterMode(display=False), _correlation_counter()
    with torch.no_grad(), torch.device("meta"), flops, correlations:
        net(*inputs)
    macs = {}
    for operator, count in flops.get_flop_counts().get("Global", {}).items():
        name = str(operator).split(".")[-1]
        kind = OPERATORS.get(name, "matmul" if "attention" in name else name)  # fused attention: two products
        macs[kind] = macs.get(kind, 0) + count // 2  # torch counts a multiply-add as two
    if correlations.macs:
        macs["correlation"] = correlations.macs
    return Cost(count_parameters(net), sum(macs.values()), macs)
