"""The figures of the pages: frames, flow, constraint lines, windows.

Every function draws into Matplotlib axes that it makes or is given, and returns the figure.
"""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Ellipse

from kinema.arrays import to_intensity, to_numpy
from kinema.metrics import endpoint_error, epe
from kinema.viz import palette
from kinema.viz.color_wheel import flow_to_color, wheel_picture
from kinema.viz.error_map import error_colors, error_map, error_scale

STYLE = {
    "figure.facecolor": palette.PAPER,
    "axes.facecolor": palette.PAPER,
    "savefig.facecolor": palette.PAPER,
    "text.color": palette.INK,
    "axes.labelcolor": palette.INK,
    "axes.edgecolor": palette.MUTED,
    "xtick.color": palette.MUTED,
    "ytick.color": palette.MUTED,
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": palette.RULE,
    "lines.linewidth": 2,
    "figure.dpi": 110,
    "savefig.bbox": "tight",
    "axes.prop_cycle": matplotlib.cycler(
        color=[palette.BLUE, palette.ORANGE, palette.GREEN, palette.PURPLE], linestyle=["-", "--", "-.", ":"]
    ),
}


def use_style():
    """Give all later figures the course's colours and type."""
    matplotlib.rcParams.update(STYLE)


def _axes(ax, size=(6.4, 3.8)):
    if ax is None:
        _, ax = plt.subplots(figsize=size, layout="constrained")
    return ax


def _show_frame(ax, frame):
    frame = to_numpy(frame)
    if frame.dtype in (np.bool_, np.uint16):  # Matplotlib knows floats up to 1 and bytes
        frame = to_intensity(frame)
    top = 1.0 if np.issubdtype(frame.dtype, np.floating) else 255
    ax.imshow(np.clip(frame, 0, top), cmap="gray", vmin=0, vmax=top, interpolation="nearest")
    ax.set_axis_off()


def show_frames(*frames, titles=None):
    """Frames side by side; floats are shown from black (0) to white (1), uint8 and uint16 up to their largest."""
    figure, axes = plt.subplots(1, len(frames), figsize=(3.6 * len(frames), 2.9), layout="constrained", squeeze=False)
    for k, (ax, frame) in enumerate(zip(axes[0], frames, strict=True)):
        _show_frame(ax, frame)
        if titles is not None:
            ax.set_title(titles[k])
    return figure


def show_signed(*fields, titles=None, limit=None):
    """Signed fields such as Ix or It: blue below zero, orange above, paper at zero, one scale."""
    fields = [to_numpy(f) for f in fields]
    limit = limit or max(np.nanmax(np.abs(f)) for f in fields) or 1.0
    cmap = matplotlib.colors.LinearSegmentedColormap.from_list(
        "signed", [palette.BLUE, palette.PAPER, palette.ORANGE]
    )
    figure, axes = plt.subplots(1, len(fields), figsize=(3.6 * len(fields), 2.9), layout="constrained", squeeze=False)
    for k, (ax, field) in enumerate(zip(axes[0], fields, strict=True)):
        drawn = ax.imshow(field, cmap=cmap, vmin=-limit, vmax=limit, interpolation="nearest")
        ax.set_axis_off()
        if titles is not None:
            ax.set_title(titles[k])
    figure.colorbar(drawn, ax=axes[0].tolist(), shrink=0.8)
    return figure


ARROW = "#ffd23f"  # bright on photographs; its dark rim carries it over bright parts


def draw_arrows(ax, flow, *, step=None, scale=None, color=ARROW):
    """Flow as arrows on a grid, `scale` pixels long per pixel/frame, onto `ax`."""
    flow = to_numpy(flow)
    height, width = flow.shape[1:]
    step = step or max(1, min(height, width) // 14)
    ys, xs = np.mgrid[step // 2 : height : step, step // 2 : width : step]
    u, v = flow[:, ys, xs]
    speed = np.hypot(u, v)
    # One wild arrow must not shrink all others: the 95th percentile fills its cell.
    fast = np.nanpercentile(speed, 95) if np.isfinite(speed).any() else 0.0
    scale = scale or (step / fast if fast > 0 else 1.0)
    ax.quiver(
        xs, ys, u * scale, v * scale, angles="xy", scale_units="xy", scale=1, color=color, width=0.006,
        headwidth=3.6, headlength=4, headaxislength=3.6, edgecolor=palette.INK, linewidth=0.6,
    )  # fmt: skip
    return scale


def show_flow(flow, *, over=None, max_speed=None, step=None, scale=None, title=None, wheel="middlebury"):
    """A flow field as arrows over its frame, or as colour with its wheel.

    Parameters
    ----------
    flow : array, shape (2, H, W)
    over : array, shape (H, W) or (H, W, 3), or None
        Frame to draw arrows on; None draws colour instead.
    max_speed : float or None
        Speed at the wheel's rim, pixels/frame (colour only).
    step, scale : as in `draw_arrows`
    title : str or None
    wheel : {"middlebury", "safe"}
        As in `flow_to_color`.
    """
    flow = to_numpy(flow)
    if flow.ndim != 3 or flow.shape[0] != 2:
        raise ValueError(f"flow has shape {flow.shape}, expected (2, H, W) with u first")
    if over is not None:
        figure, ax = plt.subplots(figsize=(6.2, 3.8), layout="constrained")
        _show_frame(ax, over)
        draw_arrows(ax, flow, step=step, scale=scale)
    else:
        speeds = np.hypot(flow[0], flow[1])
        if max_speed is None:
            max_speed = float(np.nanmax(speeds)) if np.isfinite(speeds).any() else 1.0
        figure, (ax, key) = plt.subplots(1, 2, figsize=(6.8, 3.6), layout="constrained", width_ratios=[4, 1])
        ax.imshow(flow_to_color(flow, max_speed=max_speed or None, wheel=wheel), interpolation="nearest")
        ax.set_axis_off()
        draw_wheel(key, max_speed, wheel=wheel)
    if title is not None:
        ax.set_title(title)
    return figure


def show_error(flow, truth, *, over=None, max_error=None, title=None):
    """The end-point error as colour with its scale in pixels, beside the frame it belongs to.

    Parameters
    ----------
    flow, truth : array, shape (2, H, W)
        Pixels/frame. Pixels where either is not finite are grey.
    over : array, shape (H, W) or (H, W, 3), or None
        Frame to show on the left, so that errors can be told to lie on edges, say; None leaves it out.
    max_error : float or None
        Error drawn darkest, pixels; None takes the 99th percentile.
    title : str or None
        None states the mean error.
    """
    picture = error_map(flow, truth, max_error=max_error)
    error = to_numpy(endpoint_error(flow, truth))
    max_error = error_scale(error) if max_error is None else max_error
    panels = 1 if over is None else 2
    figure, axes = plt.subplots(1, panels, figsize=(4.2 * panels + 0.6, 3.4), layout="constrained", squeeze=False)
    if over is not None:
        _show_frame(axes[0, 0], over)
    ax = axes[0, -1]
    ax.imshow(picture, interpolation="nearest")
    ax.set_axis_off()
    mean = epe(flow, truth)
    ax.set_title(title if title is not None else f"EPE {mean:.3g} px" if np.isfinite(mean) else "nothing known")
    scale = matplotlib.cm.ScalarMappable(
        matplotlib.colors.Normalize(0, max_error), matplotlib.colors.ListedColormap(error_colors() / 255)
    )
    larger = bool(np.any(error[np.isfinite(error)] > max_error))
    bar = figure.colorbar(scale, ax=ax, shrink=0.85, extend="max" if larger else "neither")
    bar.set_label("end-point error (px); grey: unknown" if not np.isfinite(error).all() else "end-point error (px)")
    return figure


def draw_wheel(ax, max_speed, *, wheel="middlebury"):
    """The colour wheel as a legend: its rim is `max_speed` pixels/frame."""
    picture = wheel_picture(wheel=wheel).astype(float) / 255
    radius = (picture.shape[0] - 1) / 2
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]] - radius
    alpha = np.where(np.hypot(x, y) > radius, 0.0, 1.0)
    ax.imshow(np.dstack([picture, alpha]), extent=(-1, 1, 1, -1))
    ax.set_axis_off()
    ax.set_title(f"rim: {max_speed:.2g} px/frame", fontsize=9)


def draw_constraint(ax, Ix, Iy, It, *, reach=2.0, color=palette.CONSTRAINT, label=None):
    """The constraint line of one pixel in the (u, v) plane."""
    from kinema.flow.constraint import constraint_line

    point, direction = constraint_line(*(np.asarray(float(d)) for d in (Ix, Iy, It)))
    ends = point + np.array([[-3 * reach], [3 * reach]]) * direction
    ax.plot(ends[:, 0], ends[:, 1], color=color, linestyle="-", linewidth=1.4, label=label)
    return point


def velocity_axes(ax=None, *, reach=2.0):
    """Axes of the (u, v) plane, v downwards as in the image."""
    ax = _axes(ax, (4.4, 4.2))
    ax.axhline(0, color=palette.RULE, linewidth=1, linestyle="-")
    ax.axvline(0, color=palette.RULE, linewidth=1, linestyle="-")
    ax.set(xlim=(-reach, reach), ylim=(reach, -reach), aspect="equal")
    ax.set_xlabel("u, right (pixels/frame)")
    ax.set_ylabel("v, down (pixels/frame)")
    return ax


def draw_covariance(ax, center, covariance, *, sigmas=2.0, color=palette.ESTIMATE, label=None):
    """Ellipse of `sigmas` standard deviations of a 2 x 2 covariance."""
    values, vectors = np.linalg.eigh(np.asarray(covariance))
    angle = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))
    axes = 2 * sigmas * np.sqrt(np.maximum(values[::-1], 0))
    ax.add_patch(
        Ellipse(center, *axes, angle=angle, facecolor=color, alpha=0.18, edgecolor=color, linewidth=1.5, label=label)
    )
