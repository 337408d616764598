"""PSNR and SSIM of clips, frame by frame: scikit-image's, with the usual mistakes refused.

Wang et al. (2004), "Image quality assessment: from error visibility to structural similarity". Both compare with one truth,
which a film of the future has not: report them for the best of several samples, or not alone.
"""

import numpy as np

from kinema.arrays import to_numpy

SIDE = 11  # pixels: SSIM's Gaussian window, of standard deviation 1.5


def _import_metrics():
    try:
        from skimage import metrics
    except ImportError as error:
        raise ImportError("PSNR and SSIM are scikit-image's: pip install 'kinema[judging]'") from error
    return metrics


def _clips(a, b, data_range):
    """Both clips in float64, and whether they have colour."""
    a, b = to_numpy(a), to_numpy(b)
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape} and b has {b.shape}: they must agree")
    if a.dtype != b.dtype:
        raise ValueError(f"a has dtype {a.dtype} and b has {b.dtype}: bring both to one range and type first")
    if a.dtype.kind not in "uif":
        raise ValueError(f"clips have dtype {a.dtype}: give integers or floating point")
    if a.ndim == 3 and a.shape[-1] in (3, 4):
        raise ValueError(f"shape {a.shape} looks like one colour frame: give a clip, (F, H, W) or (F, H, W, 3)")
    if not (a.ndim == 3 or (a.ndim == 4 and a.shape[-1] in (1, 3))) or 0 in a.shape:
        raise ValueError(f"clips have shape {a.shape}, expected (F, H, W), or (F, H, W, 3) with the colours last")
    if data_range is None:
        raise ValueError(
            "say data_range, the distance between the darkest and the brightest possible value: 255 for uint8, "
            "1 for [0, 1], 2 for [-1, 1]. It cannot be told from the frames"
        )
    if not 0 < data_range < np.inf:
        raise ValueError(f"data_range must be positive and finite, got {data_range}")
    colour = a.ndim == 4
    a, b = a.astype(np.float64), b.astype(np.float64)  # unsigned differences would wrap around
    for name, x in (("a", a), ("b", b)):
        if not np.isfinite(x).all():
            raise ValueError(f"{name} contains NaN or infinity")
    reach = max(a.max(), b.max()) - min(a.min(), b.min())
    if reach > 1.001 * data_range:
        raise ValueError(f"values reach over {reach:g}, but data_range is {data_range:g}: give the true one, or clip")
    return a, b, colour


def psnr(a, b, *, data_range=None):
    """Peak signal-to-noise ratio of each frame: 10 log10(data_range² / mean squared difference).

    Parameters
    ----------
    a, b : array, shape (F, H, W) or (F, H, W, 3)
        Two clips of one shape and dtype. Integers are converted before they are subtracted.
    data_range : float
        Distance between the darkest and the brightest possible value: 255 for uint8, 2 for [-1, 1]. Must be said.

    Returns
    -------
    numpy array, shape (F,)
        Decibels; infinite where frames are equal. Average it over frames, as papers do, and not the squared
        differences: the two means differ.

    Raises
    ------
    ValueError
        If shapes or types do not fit, or `data_range` is missing or too small for the values.
    ImportError
        If scikit-image is not installed.
    """
    a, b, _ = _clips(a, b, data_range)
    metrics = _import_metrics()
    with np.errstate(divide="ignore"):  # equal frames
        return np.array([metrics.peak_signal_noise_ratio(x, y, data_range=data_range) for x, y in zip(a, b, strict=True)])


def ssim(a, b, *, data_range=None):
    """Structural similarity of each frame, as its authors define it: Gaussian window of 1.5 pixels, 11 x 11.

    scikit-image's own default, a flat window of 7 x 7, gives other figures: name the window with the number.

    Parameters
    ----------
    a, b : array, shape (F, H, W) or (F, H, W, 3)
        Two clips of one shape and dtype, at least 11 x 11 pixels. Colours are compared one by one, and averaged.
    data_range : float
        As for `psnr`.

    Returns
    -------
    numpy array, shape (F,)
        At most 1, for equal frames. Windows that leave the frame do not count.

    Raises
    ------
    ValueError
        As for `psnr`, and if frames are smaller than the window.
    ImportError
        If scikit-image is not installed.

    References
    ----------
    Wang et al. (2004), eqs. (13) to (16), with K1 = 0.01 and K2 = 0.03.
    """
    a, b, colour = _clips(a, b, data_range)
    if min(a.shape[1:3]) < SIDE:
        raise ValueError(f"frames are {a.shape[1]} x {a.shape[2]} pixels: SSIM's window takes {SIDE} x {SIDE}")
    options = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, channel_axis=-1 if colour else None)
    metrics = _import_metrics()
    return np.array(
        [metrics.structural_similarity(x, y, data_range=data_range, **options) for x, y in zip(a, b, strict=True)]
    )
