"""The methods that the command line offers, by name."""

from kinema.flow.constraint import normal_flow
from kinema.flow.derivatives import derivatives
from kinema.flow.lucas_kanade import lucas_kanade
from kinema.flow.pyramidal import pyramidal_lucas_kanade
from kinema.flow.smoothing import STRENGTH
from kinema.flow.variational import tv_l1

WINDOWS = {"pyramidal": 11, "lucas-kanade": 15}
"""Side of the window unless another is asked for, pixels, of the methods that have one."""

# name: a function (I0, I1, window) -> flow of shape (2, H, W), for gray float32 frames in [0, 1]. The command's
# help says a line about each.
METHODS = {
    "pyramidal": lambda I0, I1, window: pyramidal_lucas_kanade(I0, I1, window=window, smooth=STRENGTH),
    "lucas-kanade": lambda I0, I1, window: lucas_kanade(I0, I1, window=window, gradient_of="mean"),
    "tv-l1": lambda I0, I1, window: tv_l1(I0, I1),
    "normal": lambda I0, I1, window: normal_flow(*derivatives(I0, I1, gradient_of="mean")),
}


def estimate(I0, I1, *, method="pyramidal", window=None):
    """Flow (2, H, W) between two gray frames by the named method (see `METHODS`).

    Raises
    ------
    ValueError
        If a window is given to a method that has none; also as the method.
    """
    if window is not None and method not in WINDOWS:
        raise ValueError(f"--window is for {' and '.join(WINDOWS)}, {method} has none: leave it out")
    return METHODS[method](I0, I1, WINDOWS.get(method) if window is None else window)
