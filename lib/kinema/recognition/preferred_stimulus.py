"""What a unit wants to see, and how fast: climb its activation from noise, under a penalty on change.

Feichtenhofer, Pinz, Wildes & Zisserman (2018): the input itself is learned. A penalty on differences in space keeps
it smooth, one on differences in time keeps it slow; the same unit shows a slow and a fast side.
"""

from typing import NamedTuple

import torch

from kinema.checks import check_count


def variation(x, *, space=0.0, time=0.0):
    """space · ((d_x x)² + (d_y x)²) + time · (d_t x)², summed over channels, and averaged over each clip.

    Parameters
    ----------
    x : tensor, shape (B, C, T, H, W)
    space, time : float, or tensor of shape (B,)
        Weights of the squared differences between neighbours.

    Returns
    -------
    tensor, shape (B,)
    """
    B, _, T, H, W = x.shape
    total = x.new_zeros(B)
    for axis, weight in ((-1, space), (-2, space), (-3, time)):
        if x.shape[axis] > 1:
            total = total + weight * (torch.diff(x, dim=axis) ** 2).flatten(1).sum(dim=1)
    return total / (T * H * W)


def out_of_range(x, bound=1.0):
    """Mean squared excess of each pixel's length over channels beyond `bound`, (B,): what no input ever looks like."""
    length = torch.sqrt((x**2).sum(dim=1) + 1e-12)
    return (torch.relu(length - bound) ** 2).flatten(1).mean(dim=1)


class Preferred(NamedTuple):
    """Result of `preferred_stimulus`."""

    inputs: tuple
    """One tensor (B, C, T, H, W) per input of the net."""
    activations: torch.Tensor
    """The unit's activation at each step, (steps, B)."""


def preferred_stimulus(
    unit, shapes, *, steps=200, lr=0.05, space=1.0, time=0.0, bound=1.0, range_weight=10.0, jitter=2, seed=0, scale=1.0
):
    """Inputs that make one unit answer most, by gradient ascent from noise.

    Parameters
    ----------
    unit : callable
        unit(*inputs) is the activation of one unit, a scalar, or (B,) where inputs are a batch of B, each climbed for
        itself. Its network must be in evaluation mode; its weights stay as they are.
    shapes : sequence of tuple
        Shape (B, C, T, H, W) of each input: one for a 3D net, two for a two-stream net. A batch starts from the same
        noise B times: it makes sense with as many weights `time`.
    steps : int
    lr : float
        Of Adam, on the inputs.
    space, time : float, or tensor of shape (B,)
        Weights of `variation`. `time` large: the slow side of the unit; zero: the fast one.
    bound, range_weight : float
        Of `out_of_range`.
    jitter : int
        Each step rolls the inputs by up to so many pixels, so that the pattern cannot cling to the sampling grid.
    seed : int
        Of noise and jitter.
    scale : float
        Divides the activation: the unit's typical maximum, so that one learning rate serves all layers.

    Returns
    -------
    Preferred

    Raises
    ------
    ValueError
        If `steps` is no positive integer, or `scale` is not positive.

    References
    ----------
    Feichtenhofer et al. (2018), section 3.
    """
    check_count(steps, "steps")
    if not scale > 0:
        raise ValueError(f"scale must be positive, got {scale}")
    generator = torch.Generator().manual_seed(seed)
    noise = [0.1 * torch.randn((1, *shape[1:]), generator=generator) for shape in shapes]
    inputs = [torch.nn.Parameter(x.repeat(shape[0], 1, 1, 1, 1)) for x, shape in zip(noise, shapes, strict=True)]
    optimiser = torch.optim.Adam(inputs, lr=lr)
    activations = []
    for _ in range(steps):
        shift = [int(n) for n in torch.randint(-jitter, jitter + 1, (2,), generator=generator)] if jitter else (0, 0)
        moved = [torch.roll(x, tuple(shift), dims=(-2, -1)) for x in inputs]
        activation = unit(*moved)
        penalty = sum(variation(x, space=space, time=time) + range_weight * out_of_range(x, bound) for x in inputs)
        # Each of a batch has a loss of its own: the gradient of the sum is theirs side by side.
        gradients = torch.autograd.grad((penalty - activation / scale).sum(), inputs)
        for x, gradient in zip(inputs, gradients, strict=True):
            x.grad = gradient
        optimiser.step()
        activations.append(activation.detach().reshape(-1))
    return Preferred(tuple(x.detach() for x in inputs), torch.stack(activations))


def slow_to_fast(units, shape, times, **options):
    """What several units of a 3D net want, under each of several prices on change over time.

    Parameters
    ----------
    units : sequence of callable
        Each maps clips (B, C, T, H, W) to activations (B,).
    shape : tuple
        (C, T, H, W) of a clip.
    times : sequence of float
        Weights of the temporal penalty.
    **options
        Of `preferred_stimulus`.

    Returns
    -------
    clips : tensor, shape (units, times, C, T, H, W)
    activations : tensor, shape (units, times)
        At the last step.
    """
    prices, batch = torch.tensor(times), (len(times), *shape)
    found = [preferred_stimulus(unit, [batch], time=prices, **options) for unit in units]
    return torch.stack([one.inputs[0] for one in found]), torch.stack([one.activations[-1] for one in found])
