"""Dense pyramidal Lucas–Kanade: solve, warp, repeat, from the coarsest level to the finest.

Lucas & Kanade (1981) in the coarse-to-fine frame of Bergen et al. (1992). One iteration at one level:
pull I1 back along the current flow, solve every window for what is left, add it, take the median of
the neighbours. The functions below are the method as it reads; `kinema.flow.engines` holds faster
forms of the same arithmetic, which tests hold to this one.
"""

import math
import operator

from kinema.arrays import namespace
from kinema.checks import (
    check_choice,
    check_count,
    check_finite,
    check_frame,
    check_pair,
    check_precision,
    check_squares,
    check_window,
)
from kinema.filters import check_blur, correlate1d, gaussian_blur, gaussian_taps, median_filter
from kinema.flow import engines
from kinema.flow.derivatives import five_point
from kinema.flow.pyramid import count_levels, expand_flow, gaussian_pyramid
from kinema.flow.smoothing import smooth_flow
from kinema.flow.structure_tensor import eigenvalues
from kinema.flow.warping import lands_inside, warp

BLUR = 0.5  # pixels: less noise in the slopes, no loss of corners
DAMPING = 5e-6  # (brightness/pixel)²: a third of the square of one grey level of 255
OUTLIER = 0.02  # brightness: five grey levels off, a pixel counts half
NOISE = 1e-3  # brightness: a quarter of a grey level


def normalize_brightness(image, sigma=5.0, *, floor=0.01):
    """Frame with its local mean taken away and its local contrast set to 1.

    What it returns is the same for a frame and for ``gain * frame + offset``, where contrast is well
    above `floor`: brightness constancy is asked of the pattern, no longer of the brightness.

    Parameters
    ----------
    image : array, shape (..., H, W)
    sigma : float
        Standard deviation of the Gaussian neighbourhood, pixels.
    floor : float
        Contrast added in quadrature, so that flat regions show no blown-up noise.

    Returns
    -------
    array, shape of `image`
        Mean 0 and deviation near 1, times 0.1: of the order of brightness differences in [0, 1], so
        that thresholds elsewhere keep their meaning.
    """
    xp = namespace(image)
    if not 0 < sigma < math.inf:
        raise ValueError(f"sigma must be positive and finite, in pixels, got {sigma}")
    if not floor > 0:
        raise ValueError(f"floor must be positive, got {floor}: a flat region has no contrast to divide by")
    image = check_frame(image, "image", min_size=3)
    taps = gaussian_taps(sigma, radius=min(math.ceil(3 * sigma), min(image.shape[-2:]) - 1))
    mean = correlate1d(correlate1d(image, taps, -1), taps, -2)
    off = image - mean
    variance = correlate1d(correlate1d(off * off, taps, -1), taps, -2)
    return 0.1 * off / xp.sqrt(variance + floor * floor)


def window_mean(x, taps):
    """Weighted mean over the window around each pixel; what lies outside the frame counts as 0."""
    return correlate1d(correlate1d(x, taps, -1, boundary="zero"), taps, -2, boundary="zero")


def equations(I0, I1, slope0, flow, outlier):
    """Ix, Iy, It and the weight of every pixel's flow equation, `I1` pulled back along `flow`."""
    xp = namespace(I0, I1, flow)
    warped = warp(I1, flow, interpolation="bicubic", fill="edge")
    # Slopes of both frames, now that they overlap: symmetric in time.
    Ix = (slope0[0] + five_point(warped, -1)) / 2
    Iy = (slope0[1] + five_point(warped, -2)) / 2
    It = warped - I0
    inside = xp.astype(lands_inside(flow), I0.dtype)
    return Ix, Iy, It, inside / (1 + (It / outlier) ** 2)


def refine(I0, I1, slope0, flow, *, taps, damping, outlier, median):
    """One iteration at one level: the flow, once more corrected by Lucas–Kanade on what it leaves.

    Parameters
    ----------
    I0, I1 : floating-point array, shape (H, W)
    slope0 : pair of arrays, shape (H, W)
        Five-point derivatives of `I0` along x and y.
    flow : array, shape (2, H, W)
    taps : sequence of float
        One axis of the window; they sum to 1.
    damping, outlier : float
        As in `pyramidal_lucas_kanade`.
    median : int
        Side of the median's window; 1 leaves it out.

    Returns
    -------
    array, shape (2, H, W)
    """
    xp = namespace(I0, I1, flow)
    Ix, Iy, It, weight = equations(I0, I1, slope0, flow, outlier)

    def window(product):
        return window_mean(weight * product, taps)

    Jxx, Jyy = window(Ix * Ix) + damping, window(Iy * Iy) + damping
    Jxy = window(Ix * Iy)
    bx, by = -window(Ix * It), -window(Iy * It)
    # Both eigenvalues are at least `damping`, so det is at least this:
    # rounding on a strong edge forgets it.
    det = xp.maximum(Jxx * Jyy - Jxy * Jxy, damping * (Jxx + Jyy - damping))
    step = xp.stack([(Jyy * bx - Jxy * by) / det, (Jxx * by - Jxy * bx) / det])
    return median_filter(flow + step, median)


def _plain(I0, I1, counts, flow, *, blur, **options):
    """The whole method, level by level, in the array namespace of its input."""
    if blur > 0:
        I0, I1 = gaussian_blur(I0, blur), gaussian_blur(I1, blur)
    pyramids = (gaussian_pyramid(I, len(counts)) for I in (I0, I1))
    for I0, I1, count in reversed(list(zip(*pyramids, counts, strict=True))):
        if tuple(flow.shape[-2:]) != tuple(I0.shape):
            flow = expand_flow(flow, I0.shape)
        slope0 = five_point(I0, -1), five_point(I0, -2)
        for _ in range(count):
            flow = refine(I0, I1, slope0, flow, **options)
    return flow


def _plain_confidence(I0, I1, flow, *, taps, noise, outlier):
    slope0 = five_point(I0, -1), five_point(I0, -2)
    Ix, Iy, It, weight = equations(I0, I1, slope0, flow, outlier)
    _, lambda2 = eigenvalues(*(window_mean(weight * p, taps) for p in (Ix * Ix, Ix * Iy, Iy * Iy)))
    root = noise / (noise**2 + window_mean(weight * It * It, taps))
    return root * root * lambda2


def flow_confidence(I0, I1, flow, *, window=11, noise=NOISE, outlier=OUTLIER, engine="auto"):
    """How sure Lucas–Kanade can be of each arrow of `flow`, by its window.

    ``noise² λ₂ / (noise² + r)²``, with λ₂ the smaller eigenvalue of the window's second-moment matrix and r the mean
    squared brightness difference that the flow leaves in it. Where r is small this is λ₂ / noise², the
    inverse variance of the arrow's less certain component. Where r is large the window holds an occlusion or a
    second motion, and the confidence falls with its square: it is no variance then, it is a warning.

    Parameters
    ----------
    I0, I1 : array, shape (H, W)
        Two gray frames in [0, 1].
    flow : array, shape (2, H, W)
        Pixels/frame, finite.
    window : int, odd
        Side of the Gaussian window, as in `pyramidal_lucas_kanade`.
    noise : float
        Brightness difference that a right flow may leave, the camera's noise.
    outlier : float
        As in `pyramidal_lucas_kanade`.
    engine : {"auto", "plain"}
        As in `pyramidal_lucas_kanade`.

    Returns
    -------
    array, shape (H, W)
        1/px², at least 0.

    Raises
    ------
    ValueError
        If frames and flow disagree or hold NaN, or an option makes no sense.
    """
    xp = namespace(I0, I1, flow)
    check_choice(engine, ("auto", "plain"), "engine")
    check_window(window)
    if not (0 < noise < math.inf and 0 < outlier < math.inf):
        raise ValueError(f"noise and outlier must be positive and finite, got {noise} and {outlier}")
    I0, I1 = check_pair(I0, I1, min_size=5)
    check_precision(I0, "I0")
    check_squares(I0, noise=noise, outlier=outlier)
    if I0.ndim != 2 or tuple(flow.shape) != (2, *I0.shape):
        raise ValueError(f"flow has shape {tuple(flow.shape)}, I0 {tuple(I0.shape)}: give (2, H, W) and (H, W)")
    flow = xp.astype(check_finite(flow, "flow"), I0.dtype)
    run = _plain_confidence if engine == "plain" else engines.confidence(I0, I1, flow) or _plain_confidence
    return run(I0, I1, flow, taps=gaussian_taps(window / 5, radius=window // 2), noise=noise, outlier=outlier)


def _check_iterations(iterations, levels):
    """Iterations of each level, finest first."""
    try:
        counts = [operator.index(iterations)] * levels
    except TypeError:
        try:
            counts = [-1 if isinstance(n, bool) else operator.index(n) for n in iterations]
        except TypeError:
            counts = []
    if isinstance(iterations, bool) or len(counts) != levels or min(counts) < 0:
        raise ValueError(
            f"iterations must be a count, or one for each of the {levels} levels, finest first; got {iterations!r}"
        )
    return counts


def pyramidal_lucas_kanade(
    I0,
    I1,
    *,
    levels=None,
    iterations=3,
    window=11,
    median=5,
    blur=BLUR,
    damping=DAMPING,
    outlier=OUTLIER,
    smooth=0.0,
    normalize=None,
    initial=None,
    engine="auto",
):
    """Flow at every pixel, of any size: Lucas–Kanade on pyramids, with warping and iteration.

    Parameters
    ----------
    I0, I1 : array, shape (..., H, W)
        Two gray frames in [0, 1] (integers are scaled). Leading axes are a batch.
    levels : int or None
        Levels of the pyramids. None takes as many as keep the coarsest side at 16 pixels or more,
        at most 6.
    iterations : int or sequence of int
        Warps at each level; a sequence names them finest level first. 0 leaves a level out.
    window : int, odd
        Side of the Gaussian window (standard deviation window / 5), pixels of each level.
    median : int, odd
        Side of the median filter on the flow after each iteration; 1 for none. It removes the
        few wild windows before the next warp is built on them.
    blur : float
        Standard deviation of a Gaussian on both frames first, pixels; 0 for none.
    damping : float
        Added to the diagonal of the second-moment matrix, (brightness/pixel)²: where the window is
        flat, the flow stays what the coarser level said.
    outlier : float
        Brightness difference at which a pixel counts half (Lorentzian weight).
    smooth : float
        In the end, let unsure arrows follow their sure neighbours up to the edges of I0: the strength of
        `smooth_flow`, 1/px², by the confidences of `flow_confidence`. 0 leaves it out, 20 is a good start: a third
        less error on Middlebury.
    normalize : None or "local"
        "local" passes both frames through `normalize_brightness`, for frames whose exposure differs.
        Without it, a change of brightness is taken for motion.
    initial : array, shape (..., 2, H, W), or None
        First guess, pixels/frame: the motion of the frame before, say. It enters at the finest
        level alone, so give `levels=1` with a good guess, or leave it out.
    engine : {"auto", "plain"}
        "plain" runs the array-API form of this module. "auto" takes the fastest that can run here
        and gives the same to rounding (see `kinema.flow.engines`).

    Returns
    -------
    flow : array, shape (..., 2, H, W)
        u (right), v (down), pixels/frame, with ``I0(x) ≈ I1(x + flow)``. Finite everywhere: where
        nothing is seen, it is the coarser level's guess. `kinema.flow.corner_score` tells where the
        frame can carry a measurement.

    Raises
    ------
    ValueError
        If the frames disagree, contain NaN, are too small for `levels`, or an option makes no sense.

    References
    ----------
    Lucas & Kanade (1981); Bergen et al. (1992), sec. 3; Sun, Roth & Black (2014) for the median and the
    averaged slopes; `smooth_flow` names its own.
    """
    xp = namespace(I0, I1, initial)
    check_choice(engine, ("auto", "plain"), "engine")
    check_choice(normalize, (None, "local"), "normalize")
    check_window(window)
    check_window(median, "median")
    if not (0 < damping < math.inf and 0 < outlier < math.inf and 0 <= blur < math.inf and 0 <= smooth < math.inf):
        raise ValueError(
            "damping and outlier must be positive and finite, blur and smooth finite and at least 0, "
            f"got {damping}, {outlier}, {blur} and {smooth}"
        )
    I0, I1 = check_pair(I0, I1, min_size=5)
    check_precision(I0, "I0")
    check_squares(I0, damping=damping, outlier=outlier)
    if initial is not None:
        expected = (*I0.shape[:-2], 2, *I0.shape[-2:])
        if tuple(initial.shape) != expected:
            raise ValueError(f"initial has shape {tuple(initial.shape)}, expected {expected} with u first")
        initial = xp.astype(check_finite(initial, "initial"), I0.dtype)
    if I0.ndim > 2:
        options = dict(
            levels=levels, iterations=iterations, window=window, median=median, blur=blur, damping=damping,
            outlier=outlier, smooth=smooth, normalize=normalize, engine=engine,
        )  # fmt: skip
        guesses = [None] * I0.shape[0] if initial is None else [initial[k, ...] for k in range(I0.shape[0])]
        flows = [
            pyramidal_lucas_kanade(I0[k, ...], I1[k, ...], initial=guesses[k], **options) for k in range(I0.shape[0])
        ]
        return xp.stack(flows)
    height, width = I0.shape
    levels = min(6, count_levels(height, width)) if levels is None else check_count(levels, "levels")
    counts = _check_iterations(iterations, levels)
    check_blur(blur, I0.shape)
    if normalize == "local":
        I0, I1 = normalize_brightness(I0), normalize_brightness(I1)
    coarsest = tuple(-(-n // 2 ** (levels - 1)) for n in (height, width))
    if min(coarsest) < 5 and levels > 1:
        raise ValueError(f"{levels} levels shrink a frame of {height} x {width} below 5 x 5 pixels: ask for fewer")
    if initial is not None and levels > 1:
        raise ValueError(f"initial belongs to the finest level, but there are {levels}: ask for levels=1")
    start = xp.zeros((2, *coarsest), dtype=I0.dtype, device=I0.device) if initial is None else initial
    options = dict(taps=gaussian_taps(window / 5, radius=window // 2), damping=damping, outlier=outlier, median=median)
    run = _plain if engine == "plain" else engines.pyramidal(I0, I1, start) or _plain
    flow = run(I0, I1, counts, start, blur=blur, **options)
    if smooth == 0:
        return flow
    sure = flow_confidence(I0, I1, flow, window=window, outlier=outlier, engine=engine)
    return smooth_flow(flow, sure, I0, strength=smooth, engine=engine)
