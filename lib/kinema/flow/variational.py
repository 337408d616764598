"""Flow as the minimum of an energy: data that should fit, plus a field that should be smooth.

Horn & Schunck (1981) square both terms. Zach, Pock & Bischof (2007) take absolute values, so that an
occluded pixel cannot outvote its neighbours and the field may jump: TV-L1. Both are solved here by
the same frame: linearise the data term at the current flow, minimise, warp, repeat, coarse to fine.
"""

import math

from kinema.arrays import namespace, safe_sqrt
from kinema.checks import check_choice, check_count, check_pair, check_precision, check_squares, check_window
from kinema.filters import gaussian_blur, median_filter, pad_axis
from kinema.flow import engines
from kinema.flow.derivatives import five_point
from kinema.flow.pyramid import count_levels, expand_flow, gaussian_pyramid
from kinema.flow.warping import lands_inside, warp

LEAST_EDGE = 1e-6  # the dual field is divided by the edge weight, which must not underflow
LEAST_SQUARE = 1e-9  # (brightness/pixel)², added to a squared slope before it divides: far below one grey level's
STEP = 1 / math.sqrt(8)  # primal and dual step: the squared norm of the 2-D gradient is at most 8


def linearise(I0, I1, slope0, flow):
    """The data term around `flow`: slopes (Ix, Iy) and r with brightness error ≈ r + Ix u + Iy v.

    `slope0` holds the five-point derivatives of `I0`; those of the warped `I1` are averaged in. All three
    are 0 where the flow leaves the frame: nothing is known there.
    """
    xp = namespace(I0)
    warped = warp(I1, flow, interpolation="bicubic", fill="edge")
    inside = xp.astype(lands_inside(flow), I0.dtype)
    Ix, Iy = (inside * (s + five_point(warped, axis)) / 2 for s, axis in zip(slope0, (-1, -2), strict=True))
    return Ix, Iy, inside * (warped - I0) - Ix * flow[0, ...] - Iy * flow[1, ...]


def _coarse_to_fine(I0, I1, levels, warps, minimise):
    """Flow from `minimise(slope0, data term, flow)`, called `warps` times on each level."""
    xp = namespace(I0)
    flow = None
    for I0, I1 in reversed(list(zip(gaussian_pyramid(I0, levels), gaussian_pyramid(I1, levels), strict=True))):
        if flow is None:
            flow = xp.zeros((2, *I0.shape), dtype=I0.dtype, device=I0.device)
        else:
            flow = expand_flow(flow, I0.shape)
        slope0 = five_point(I0, -1), five_point(I0, -2)
        for _ in range(warps):
            flow = minimise(slope0, linearise(I0, I1, slope0, flow), flow)
    return flow


def _check_solver(I0, I1, levels, **counts):
    I0, I1 = check_pair(I0, I1, min_size=5)
    check_precision(I0, "I0")
    if I0.ndim != 2:
        raise ValueError(f"I0 has shape {tuple(I0.shape)}: give one pair of gray frames (H, W) at a time")
    for name, value in counts.items():
        check_count(value, name)
    most = count_levels(*I0.shape, smallest=5)
    levels = min(5, count_levels(*I0.shape)) if levels is None else check_count(levels, "levels")
    if levels > most:
        height, width = I0.shape
        raise ValueError(f"levels must be between 1 and {most} for a frame of {height} x {width}, got {levels}")
    return I0, I1, levels


def neighbour_mean(field):
    """Horn and Schunck's local average: sides count 1/6, corners 1/12, the pixel itself nothing."""
    height, width = field.shape[-2:]
    padded = pad_axis(pad_axis(field, 1, 1, -1, "edge"), 1, 1, -2, "edge")

    def shifted(dy, dx):
        return padded[..., 1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]

    sides = shifted(-1, 0) + shifted(1, 0) + shifted(0, -1) + shifted(0, 1)
    corners = shifted(-1, -1) + shifted(-1, 1) + shifted(1, -1) + shifted(1, 1)
    return sides / 6 + corners / 12


def horn_schunck(I0, I1, *, alpha=0.05, iterations=200, levels=1, warps=1):
    """Flow that explains the brightness and varies slowly: the first energy-based method.

    Minimises the sum over pixels of ``(Ix u + Iy v + It)² + alpha² (|∇u|² + |∇v|²)`` by the paper's own
    iteration, ``u = mean(u) - Ix (Ix mean(u) + Iy mean(v) + It) / (alpha² + Ix² + Iy²)``. In it
    ``mean(u) - u`` stands for the Laplacian, of which it is a third: so on pixels |∇u|² is the weighted sum of
    squared differences to the neighbours, halved, and a given alpha smooths like alpha / √3 in the integral.
    Slopes are five-point differences averaged over both frames, not the paper's cube of eight pixels.

    Parameters
    ----------
    I0, I1 : array, shape (H, W)
        Two gray frames in [0, 1].
    alpha : float
        Weight of smoothness, brightness/pixel: slopes below it are overruled by the neighbours. (Not
        SlowFast's alpha, nor diffusion's.)
    iterations : int
        Jacobi steps per warp. Information travels one pixel a step.
    levels : int or None
    warps : int
        1 and 1 is the method of 1981, for motions around a pixel. More levels make it coarse-to-fine; None takes
        as many as `tv_l1` does.

    Returns
    -------
    flow : array, shape (2, H, W)
        u (right), v (down), pixels/frame. Dense: flat regions are filled in from their rims.

    Raises
    ------
    ValueError
        If the frames disagree, contain NaN, are no gray pair, or an option is out of range.

    References
    ----------
    Horn & Schunck (1981), sec. 12.
    """
    xp = namespace(I0, I1)
    I0, I1, levels = _check_solver(I0, I1, levels, iterations=iterations, warps=warps)
    if not 0 < alpha < math.inf:
        raise ValueError(f"alpha must be positive and finite, got {alpha}")
    check_squares(I0, alpha=alpha)

    def minimise(slope0, data, flow):
        Ix, Iy, r = data
        weight = 1 / (alpha**2 + Ix * Ix + Iy * Iy)
        for _ in range(iterations):
            mean = neighbour_mean(flow)
            error = (Ix * mean[0, ...] + Iy * mean[1, ...] + r) * weight
            flow = mean - xp.stack([Ix * error, Iy * error])
        return flow

    return _coarse_to_fine(I0, I1, levels, warps, minimise)


def forward_difference(field, axis):
    """Next sample minus this one; 0 at the end of the axis."""
    return pad_axis(field, 0, 1, axis, "edge")[(slice(None),) * (axis % field.ndim) + (slice(1, None), ...)] - field


def divergence(px, py):
    """Negative adjoint of `forward_difference`: <forward difference of u, p> = -<u, divergence of p>."""

    def backward(p, axis):
        # The last sample of p meets a difference that is always 0, so it counts as 0.
        axis %= p.ndim
        inner = p[(slice(None),) * axis + (slice(0, p.shape[axis] - 1), ...)]
        return pad_axis(inner, 0, 1, axis, "zero") - pad_axis(inner, 1, 0, axis, "zero")

    return backward(px, -1) + backward(py, -2)


def primal_dual(data, edges, flow, dual, *, data_weight, huber, iterations):
    """Minimise ``data_weight |r + Ix u + Iy v| + edges |∇u|`` (each component) from `flow`.

    Chambolle and Pock's algorithm: the dual field climbs along the gradient of the flow and is cut back
    to length `edges`; the flow descends along its divergence, then moves towards the line of its
    flow equation by at most a fixed amount.

    Parameters
    ----------
    data : (Ix, Iy, r), arrays of shape (H, W)
        As `linearise` returns them.
    edges : array, shape (H, W)
        Weight of smoothness at each pixel.
    flow : array, shape (2, H, W)
    dual : (px, py), arrays of shape (2, H, W)
        Start of the dual variable: that of the previous warp, or zeros.
    data_weight, huber : float
        As in `tv_l1`.
    iterations : int

    Returns
    -------
    flow : array, shape (2, H, W)
    dual : (px, py)

    References
    ----------
    Chambolle & Pock (2011), algorithm 1; the data step is Zach, Pock & Bischof (2007), eq. (15).
    """
    xp = namespace(flow)
    Ix, Iy, r = data
    px, py = dual
    square = Ix * Ix + Iy * Iy + LEAST_SQUARE
    ahead = flow
    for _ in range(iterations):
        px = (px + STEP * forward_difference(ahead, -1)) / (1 + STEP * huber)
        py = (py + STEP * forward_difference(ahead, -2)) / (1 + STEP * huber)
        shrink = xp.maximum(safe_sqrt(px * px + py * py) / edges, xp.ones_like(px))
        px, py = px / shrink, py / shrink
        new = flow + STEP * divergence(px, py)
        step = xp.clip((r + Ix * new[0, ...] + Iy * new[1, ...]) / square, -STEP * data_weight, STEP * data_weight)
        new = new - xp.stack([step * Ix, step * Iy])
        ahead, flow = 2 * new - flow, new
    return flow, (px, py)


def edge_weights(Ix, Iy, edge_stop):
    """exp(-edge_stop sqrt(|∇I|)): the field may break where the picture has an edge (Wedel et al. 2009, eq. 8)."""
    xp = namespace(Ix)
    weight = xp.exp(-edge_stop * safe_sqrt(safe_sqrt(Ix * Ix + Iy * Iy)))
    return xp.maximum(weight, xp.full_like(weight, LEAST_EDGE))


def _plain_tv_l1(I0, I1, levels, *, warps, iterations, data_weight, huber, edge_stop, median):
    xp = namespace(I0)
    state = {"dual": None}

    def minimise(slope0, data, flow):
        dual = state["dual"]
        if dual is None or dual[0].shape != flow.shape:
            dual = xp.zeros_like(flow), xp.zeros_like(flow)
        edges = edge_weights(*slope0, edge_stop)
        flow, state["dual"] = primal_dual(
            data, edges, flow, dual, data_weight=data_weight, huber=huber, iterations=iterations
        )
        return median_filter(flow, median)

    return _coarse_to_fine(I0, I1, levels, warps, minimise)


def tv_l1(
    I0,
    I1,
    *,
    data_weight=20.0,
    levels=None,
    warps=5,
    iterations=25,
    huber=0.02,
    edge_stop=5.0,
    median=5,
    blur=0.5,
    engine="auto",
):
    """Flow with the least total variation that explains the brightness, outliers set aside.

    Minimises the sum over pixels of ``data_weight |I1(x + flow) - I0(x)| + g (|∇u| + |∇v|)`` with g small on
    the edges of I0.

    Parameters
    ----------
    I0, I1 : array, shape (H, W)
        Two gray frames in [0, 1].
    data_weight : float
        How much a brightness error of 1 weighs against a jump of the flow by one pixel.
    levels : int or None
        Of the pyramid; None: down to a coarsest side of 16 pixels or more, at most 5.
    warps : int
        Linearisations on each level.
    iterations : int
        Primal-dual steps per warp.
    huber : float
        Slopes of the flow below it (times g) are smoothed rather than flattened, which avoids staircases.
    edge_stop : float
        How strongly edges of I0 let the flow break; 0 for not at all.
    median : int, odd
        Side of the median filter after each warp; 1 for none.
    blur : float
        Standard deviation of a Gaussian on both frames first, pixels.
    engine : {"auto", "plain"}
        As in `pyramidal_lucas_kanade`.

    Returns
    -------
    flow : array, shape (2, H, W)
        u (right), v (down), pixels/frame. Dense.

    Raises
    ------
    ValueError
        If the frames disagree, contain NaN, are no gray pair, or an option is out of range.

    References
    ----------
    Zach, Pock & Bischof (2007); Wedel et al. (2009) for the edge weight; Sun, Roth & Black (2014) for the median;
    Werlberger et al. (2009) for the Huber norm.
    """
    namespace(I0, I1)
    check_choice(engine, ("auto", "plain"), "engine")
    check_window(median, "median")
    I0, I1, levels = _check_solver(I0, I1, levels, warps=warps, iterations=iterations)
    if not data_weight > 0:
        raise ValueError(f"data_weight must be positive, got {data_weight}")
    if not (huber >= 0 and edge_stop >= 0 and 0 <= blur < math.inf):
        raise ValueError(
            f"huber, edge_stop and blur must be at least 0 and blur finite, got {huber}, {edge_stop} and {blur}"
        )
    if blur > 0:
        I0, I1 = gaussian_blur(I0, blur), gaussian_blur(I1, blur)
    run = _plain_tv_l1 if engine == "plain" else engines.tv_l1(I0, I1) or _plain_tv_l1
    return run(
        I0, I1, levels, warps=warps, iterations=iterations, data_weight=data_weight, huber=huber,
        edge_stop=edge_stop, median=median,
    )  # fmt: skip
