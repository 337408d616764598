"""Refusals: what the flow functions demand of their input, said in one line each."""

import operator

from kinema.arrays import is_floating, namespace, to_intensity


def check_window(window, name="window"):
    """Refuse a window that is not an odd positive integer: it would have no centre pixel."""
    try:
        size = operator.index(window)
    except TypeError:
        size = 0
    if isinstance(window, bool) or size < 1 or size % 2 == 0:
        raise ValueError(f"{name} must be an odd positive integer such as 5, got {window!r}")
    return size


def check_count(value, name):
    """Refuse what is no positive integer; returns it as int."""
    try:
        count = operator.index(value)
    except TypeError:
        count = 0
    if isinstance(value, bool) or count < 1:
        raise ValueError(f"{name} must be a positive integer, got {value!r}")
    return count


def check_choice(value, choices, name):
    """Refuse an option outside `choices`, listing them."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")
    return value


def check_finite(x, name):
    """Refuse NaN and infinity: one of them spreads through a whole window."""
    xp = namespace(x)
    if not bool(xp.all(xp.isfinite(x))):
        raise ValueError(
            f"{name} contains NaN or infinity: fill or crop those pixels first "
            "(a window sum would spread them)"
        )
    return x


def check_precision(x, name):
    """Refuse half precision: its three digits are used up by a few sums."""
    if namespace(x).finfo(x.dtype).bits < 32:
        raise ValueError(f"{name} has dtype {x.dtype}: convert it to float32 or float64")
    return x


def check_squares(like, **options):
    """Refuse options whose squares vanish or overflow in the dtype of `like`."""
    limits = namespace(like).finfo(like.dtype)
    for name, value in options.items():
        if value * value < limits.smallest_normal:
            raise ValueError(f"{name} of {value} vanishes when squared in {like.dtype}: take a larger one")
        if value * value > limits.max:
            raise ValueError(f"{name} of {value} overflows when squared in {like.dtype}: take a smaller one")


def check_frame(image, name, *, channel_axis=None, min_size=2):
    """Frame as finite floating-point brightness with a plausible shape.

    Parameters
    ----------
    image : array, shape (..., H, W), or with one more axis when `channel_axis` is named
        The frame.
    name : str
        The argument's name, for the message.
    channel_axis : int or None
        The colour axis; None means gray.
    min_size : int
        Least height and width, pixels.

    Returns
    -------
    array
        `image` as floating point (see `kinema.arrays.to_intensity`), colour axis moved to the
        front when one was named.
    """
    xp = namespace(image)
    axes = 2 if channel_axis is None else 3
    if image.ndim < axes:
        raise ValueError(
            f"{name} has shape {tuple(image.shape)}: "
            + ("a gray frame needs (..., H, W)" if axes == 2 else "a colour frame needs H, W and a colour axis")
        )
    if channel_axis is None:
        if image.ndim >= 3 and image.shape[-1] in (3, 4) and image.shape[-2] > 4:
            raise ValueError(
                f"{name} has shape {tuple(image.shape)}, which looks like colour in the last axis: "
                "name it with channel_axis=-1, or give a gray frame (..., H, W)"
            )
    else:
        if not isinstance(channel_axis, int) or not -image.ndim <= channel_axis < image.ndim:
            raise ValueError(f"channel_axis={channel_axis} does not exist in {name} of shape {tuple(image.shape)}")
        image = xp.moveaxis(image, channel_axis, 0)
    height, width = image.shape[-2:]
    if 0 in tuple(image.shape):
        raise ValueError(f"{name} is empty: it has shape {tuple(image.shape)}")
    if height < min_size or width < min_size:
        raise ValueError(
            f"{name} is {height} x {width} pixels, but at least {min_size} x {min_size} are needed: "
            "take a larger frame or a smaller window"
        )
    return check_finite(to_intensity(image, name), name)


def check_field(field, name, *, channel_axis=None, min_size=1):
    """Refuse a floating-point field that is no frame by shape, or holds NaN; returns it unchanged."""
    check_frame(field, name, channel_axis=channel_axis, min_size=min_size)
    return field


def check_pair(I0, I1, *, channel_axis=None, min_size=2):
    """Two frames of one shape and dtype, as `check_frame` returns them."""
    namespace(I0, I1)
    if tuple(I0.shape) != tuple(I1.shape):
        raise ValueError(
            f"I0 has shape {tuple(I0.shape)} and I1 has shape {tuple(I1.shape)}: the two frames must agree; "
            "crop or resize one of them"
        )
    if I0.dtype != I1.dtype:
        raise ValueError(f"I0 has dtype {I0.dtype} and I1 has dtype {I1.dtype}: convert one of them")
    options = dict(channel_axis=channel_axis, min_size=min_size)
    return check_frame(I0, "I0", **options), check_frame(I1, "I1", **options)


def check_same_shape(**named):
    """Refuse floating-point arrays of different shapes; the keyword is the argument's name."""
    namespace(*named.values())
    (first, reference), *rest = named.items()
    for name, x in named.items():
        if not is_floating(x):
            raise ValueError(f"{name} has dtype {x.dtype}: derivatives are floating point (see kinema.flow.derivatives)")
    for name, x in rest:
        if tuple(x.shape) != tuple(reference.shape):
            raise ValueError(
                f"{name} has shape {tuple(x.shape)} but {first} has shape {tuple(reference.shape)}: they must agree"
            )
    return tuple(named.values())
