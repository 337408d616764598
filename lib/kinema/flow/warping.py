"""Pull a frame back along a flow: backward warping.

``warp(I1, flow)(x) = I1(x + flow(x))``, so the true flow turns I1 into I0 wherever both show the same
surface. Backward, since every pixel of the result asks one question and gets one answer; pushing pixels
forward leaves holes and collisions.
"""

from kinema.arrays import is_floating, namespace
from kinema.checks import check_choice, check_frame
from kinema.sampling import inside_frame, pixel_grid, sample_bicubic, sample_bilinear

INTERPOLATIONS = {"bilinear": sample_bilinear, "bicubic": sample_bicubic}


def _check_flow(flow, height, width):
    if flow.ndim < 3 or tuple(flow.shape[-3:]) != (2, height, width):
        raise ValueError(f"flow has shape {tuple(flow.shape)}, expected (..., 2, {height}, {width}) with u first")
    if not is_floating(flow):
        raise ValueError(f"flow has dtype {flow.dtype}: a flow is floating point, in pixels/frame")
    return flow


def _targets(flow):
    """Where each pixel's arrow ends: x and y, each (..., H, W)."""
    x, y = pixel_grid(*flow.shape[-2:], like=flow)
    return x + flow[..., 0, :, :], y + flow[..., 1, :, :]


def _sample_each(sample, image, x, y):
    """`sample` with one grid of positions for all frames, or one for each entry of the leading axes."""
    if x.ndim == 2:
        return sample(image, x, y)
    xp = namespace(image)
    return xp.stack([_sample_each(sample, image[k, ...], x[k, ...], y[k, ...]) for k in range(x.shape[0])])


def lands_inside(flow):
    """Whether each pixel's arrow ends inside the frame: where `warp` has something to show.

    Parameters
    ----------
    flow : floating-point array, shape (..., 2, H, W)
        Pixels/frame.

    Returns
    -------
    boolean array, shape (..., H, W)
        False where the flow is NaN.
    """
    if flow.ndim < 3 or flow.shape[-3] != 2:
        raise ValueError(f"flow has shape {tuple(flow.shape)}, expected (..., 2, H, W) with u first")
    return inside_frame(*_targets(flow), *flow.shape[-2:])


def warp(image, flow, *, interpolation="bilinear", fill=float("nan"), channel_axis=None):
    """Image that shows at each pixel what `image` shows at the end of that pixel's arrow.

    Parameters
    ----------
    image : array, shape (..., H, W), or with a colour axis that `channel_axis` names
        Usually I1. Integers are scaled to [0, 1] first.
    flow : floating-point array, shape (..., 2, H, W)
        u (right), v (down), pixels/frame. Leading axes are one flow for each image of a batch, or
        none: one flow for all.
    interpolation : {"bilinear", "bicubic"}
        Bicubic is Keys' cubic convolution (a = -1/2): exact on parabolas, so it blurs far less.
    fill : float or "edge"
        Value where the arrow ends outside the frame. NaN, so that a missing pixel cannot be taken for a
        dark one; "edge" repeats the nearest border pixel instead. See `lands_inside`.
    channel_axis : int or None
        Colour axis. It stays where it was.

    Returns
    -------
    array, shape of `image`
        Where the flow is NaN, `fill` ("edge": NaN).

    Raises
    ------
    ValueError
        If shapes disagree, or an option is unknown.

    References
    ----------
    Keys (1981), "Cubic convolution interpolation for digital image processing", eq. (15).
    """
    xp = namespace(image, flow)
    if fill != "edge" and (isinstance(fill, str) or fill is None):
        raise ValueError(f"fill must be a number or 'edge', got {fill!r}")
    sample = INTERPOLATIONS[check_choice(interpolation, INTERPOLATIONS, "interpolation")]
    image = check_frame(image, "image", channel_axis=channel_axis, min_size=1)
    if channel_axis is not None:
        image = xp.moveaxis(image, 0, -3)  # colours between the batch and the pixels
    flow = xp.astype(_check_flow(flow, *image.shape[-2:]), image.dtype)
    batch = tuple(flow.shape[:-3])
    if batch and batch != tuple(image.shape[: -2 if channel_axis is None else -3]):
        raise ValueError(
            f"image has shape {tuple(image.shape)} but flow has {tuple(flow.shape)}: their batches must agree"
        )
    x, y = _targets(flow)
    result = _sample_each(sample, image, x, y)
    if fill != "edge":
        inside = inside_frame(x, y, *image.shape[-2:])
        inside = inside if channel_axis is None else inside[..., None, :, :]
        result = xp.where(inside, result, xp.full_like(result, float(fill)))
    return result if channel_axis is None else xp.moveaxis(result, -3, channel_axis)
