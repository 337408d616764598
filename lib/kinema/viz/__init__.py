"""Pictures: flow as colour and arrows, its error, the course's figures and colours.

Colour coding needs numpy alone; the figure functions import Matplotlib when first used.
"""

from kinema.viz.color_wheel import flow_to_color, wheel_picture
from kinema.viz.error_map import error_map

_FIGURES = (
    "draw_arrows",
    "draw_constraint",
    "draw_covariance",
    "draw_wheel",
    "show_error",
    "show_flow",
    "show_frames",
    "show_signed",
    "use_style",
    "velocity_axes",
)

__all__ = ["error_map", "flow_to_color", "wheel_picture", *_FIGURES]


def __getattr__(name):
    if name in _FIGURES:
        from kinema.viz import figures

        return getattr(figures, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
