"""Given frames as inputs: what a network sees of them, and what it is charged for. Harvey et al. (2022).

The given frames enter clean and a mask says which they are; only the others are noised, and only they count in the loss.
One network so learns every task, for a task is a mask.
"""

from kinema.arrays import namespace
from kinema.diffusion.noising import q_sample
from kinema.diffusion.parameterisations import target


def per_frame(observed, x):
    """`observed` (B, F) shaped to go with clips (B, C, F, H, W).

    Raises
    ------
    ValueError
        If it is of another shape, or a clip has no frame to make.
    """
    xp = namespace(observed, x)
    if tuple(observed.shape) != (x.shape[0], x.shape[2]):
        raise ValueError(f"observed has shape {tuple(observed.shape)}, clips {tuple(x.shape)} need {(x.shape[0], x.shape[2])}")
    if bool(xp.any(xp.all(observed, axis=1))):
        raise ValueError("a clip has only given frames: leave at least one to be made")
    return xp.reshape(observed, (x.shape[0], 1, x.shape[2], 1, 1))


def mix(given, noised, observed):
    """Clips whose `observed` frames are those of `given`, the others those of `noised`; shapes (B, C, F, H, W), mask (B, F)."""
    xp = namespace(given, noised, observed)
    return xp.where(per_frame(observed, given), given, noised)


def noised_input(x0, observed, t, eps, *, alpha_bar):
    """What the network sees in training: given frames clean, the others noised to step `t`.

    Parameters
    ----------
    x0, eps : array, shape (B, C, F, H, W)
    observed : bool array, shape (B, F)
    t : integer array, shape (B,)
        One step for all frames of a clip.
    alpha_bar : array, shape (T + 1,)

    Returns
    -------
    array, shape of `x0`
    """
    return mix(x0, q_sample(x0, t, eps, alpha_bar=alpha_bar), observed)


def masked_loss(prediction, x0, observed, t, eps, *, kind="eps", alpha_bar):
    """Mean squared error over the pixels of the frames to be made, and over no others.

    Parameters
    ----------
    prediction : array, shape (B, C, F, H, W)
        Of `kind`, from `noised_input`.
    x0, eps, observed, t, alpha_bar
        As of `noised_input`.
    kind : {"eps", "x0", "v"}

    Returns
    -------
    scalar array
        A clip counts by its number of frames to be made.

    References
    ----------
    Harvey et al. (2022), eq. (3).
    """
    xp = namespace(prediction, x0, eps)
    missing = xp.astype(~per_frame(observed, x0), x0.dtype)
    wrong = (prediction - target(x0, eps, t, kind, alpha_bar=alpha_bar)) ** 2
    _, C, _, H, W = x0.shape
    return xp.sum(wrong * missing) / (xp.sum(missing) * C * H * W)
