"""Direct or feature-based? The same frame pairs for both, with growing motion and changing light.

The lecture's rule: direct methods where the motion is small (below 10 pixels) and appearance constant; features, here
SIFT (Lowe 2004), a ratio test, RANSAC and a homography, where it is tens of pixels. The direct side is
`kinema.flow.estimate_motion` with the perspective model. Pairs are cut from a photograph that comes
with scikit-image, under homographies that are known. They are free of noise and occlusion, kinder than film.

    python -m benchmarks.direct_or_features --shifts 2 5 10 20 40 80 --seed 0
    make bench-features                        # the same, recorded for chapter 5

Needs opencv-contrib-python-headless and scikit-image: pip install 'kinema[bench]'.
"""

import argparse
import math
from functools import partial
from typing import NamedTuple

import numpy as np

from benchmarks.machine import describe, write_record
from kinema.filters import gaussian_blur
from kinema.flow import corner_error, estimate_motion, frame_centre, homography_flow, matrix_of
from kinema.sampling import pixel_grid, sample_bicubic

SHAPE = (180, 240)
PICTURES = ("astronaut", "camera", "coffee", "moon", "rocket")
"""Photographs inside scikit-image's wheel, read from there; ``help(skimage.data.camera)`` and so on say whose they are."""

SHIFTS = (2, 5, 10, 20, 40, 80)
CHANGES = ((1.0, 0.0), (1.0, 0.1), (0.7, 0.0), (0.5, 0.1))


class Row(NamedTuple):
    """Both methods on the pairs of one motion and one change of appearance."""

    shift: float
    """Motion of the frame's centre, pixels."""
    change: tuple
    """(gain, offset): I1 shows gain x brightness + offset, clipped to [0, 1]."""
    direct: float
    """Median over the pairs of the mean corner error, pixels; infinite if most failed outright."""
    features: float
    direct_found: float
    """Share of the pairs whose mean corner error is below 1 pixel."""
    features_found: float


def photograph(name):
    """Gray picture in [0, 1], float64."""
    import skimage.data

    picture = np.asarray(getattr(skimage.data, name)(), dtype=np.float64) / 255
    return picture.mean(axis=-1) if picture.ndim == 3 else picture


def frame_pair(picture, shift, change, rng, *, shape=SHAPE):
    """Two 8-bit frames and the homography from the first to the second.

    The centre moves by `shift` pixels in a random direction, and the corners by another tenth of it: a little turn,
    zoom, shear and perspective. `change` is (gain, offset).
    """
    height, width = shape
    angle, bend = rng.uniform(0, 2 * math.pi), rng.uniform(-1, 1, 6) * 0.1 * shift / math.hypot(height, width)
    tilt = bend[4:] / math.hypot(height, width)
    parameters = (shift * math.cos(angle), *bend[:2], shift * math.sin(angle), *bend[2:4], *tilt)
    truth = matrix_of("perspective", parameters, origin=frame_centre(shape))
    left, top = ((n - m) // 2 for n, m in zip(picture.shape[::-1], shape[::-1], strict=True))
    smooth = gaussian_blur(picture, 0.7)  # as a lens blurs: the frame between the pixels is well defined
    x, y = pixel_grid(*shape, like=smooth)
    u, v = homography_flow(truth, shape)
    I0 = sample_bicubic(smooth, x + u + left, y + v + top)
    I1 = change[0] * smooth[top : top + height, left : left + width] + change[1]
    I0, I1 = (np.round(255 * np.clip(I, 0, 1)).astype(np.uint8) for I in (I0, I1))
    return I0, I1, truth


def direct(I0, I1, *, levels=None):
    """Homography from brightness alone; None if the estimate ran away. One level is the method without its pyramid."""
    try:
        return estimate_motion(I0, I1, model="perspective", levels=levels).matrix.astype(np.float64)
    except ValueError:
        return None


def feature_based(I0, I1, *, ratio=0.75, reprojection=3.0):
    """Homography from SIFT matches by RANSAC; None if too few agree."""
    import cv2

    sift = cv2.SIFT_create()
    (points0, descriptors0), (points1, descriptors1) = (sift.detectAndCompute(I, None) for I in (I0, I1))
    if descriptors0 is None or descriptors1 is None or min(len(points0), len(points1)) < 4:
        return None
    matches = cv2.BFMatcher().knnMatch(descriptors0, descriptors1, k=2)
    good = [pair[0] for pair in matches if len(pair) == 2 and pair[0].distance < ratio * pair[1].distance]
    if len(good) < 4:
        return None
    here, there = np.array([points0[m.queryIdx].pt for m in good]), np.array([points1[m.trainIdx].pt for m in good])
    cv2.setRNGSeed(0)
    return cv2.findHomography(here, there, cv2.RANSAC, reprojection)[0]


def pair_error(matrix, truth, shape=SHAPE):
    """Mean corner error, pixels; infinite where there is no estimate."""
    error = math.inf if matrix is None else corner_error(matrix, truth, shape)
    return math.inf if math.isnan(error) else error


def compare(
    shifts=SHIFTS, appearance_changes=CHANGES, seed=0, *, pictures=PICTURES, repeats=2, shape=SHAPE, levels=None
):
    """Both methods on the same pairs.

    Parameters
    ----------
    shifts : sequence of float
        Motion of the frame's centre, pixels.
    appearance_changes : sequence of (gain, offset)
        What happens to the brightness of the second frame.
    seed : int
    pictures : sequence of str
        Names from `PICTURES`.
    repeats : int
        Pairs per picture.
    shape : (H, W)
    levels : int or None
        Pyramid levels of the direct method, see `estimate_motion`.

    Returns
    -------
    list of Row
        One for each shift and change, shifts fastest. The same motions are drawn for every change.
    """
    photographs = {name: photograph(name) for name in pictures}
    rows = []
    for change in appearance_changes:
        for k, shift in enumerate(shifts):
            rng = np.random.default_rng([seed, k])
            filmed = [p for p in photographs.values() for _ in range(repeats)]
            pairs = [frame_pair(p, shift, change, rng, shape=shape) for p in filmed]
            errors = {
                name: np.array([pair_error(method(I0, I1), truth, shape) for I0, I1, truth in pairs])
                for name, method in (("direct", partial(direct, levels=levels)), ("features", feature_based))
            }
            middle = {name: float(np.median(e)) for name, e in errors.items()}
            found = {f"{name}_found": float(np.mean(e < 1)) for name, e in errors.items()}
            rows.append(Row(shift, tuple(change), **middle, **found))
    return rows


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shifts", type=float, nargs="+", default=SHIFTS, help="pixels (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=2, help="pairs per photograph (default: %(default)s)")
    parser.add_argument("--levels", type=int, default=None, help="of the direct method's pyramid (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="of the random motions (default: %(default)s)")
    parser.add_argument("--record", action="store_true", help="write the rows where chapter 5 reads them")
    options = parser.parse_args(arguments)
    print("                             median corner error, px    pairs within 1 px")
    print("shift, px   gain   offset        direct   features        direct   features")
    rows = compare(options.shifts, CHANGES, options.seed, repeats=options.repeats, levels=options.levels)
    for row in rows:
        gain, offset = row.change
        print(
            f"{row.shift:9g} {gain:6g} {offset:8g} {row.direct:13.3f} {row.features:10.3f} "
            f"{row.direct_found:12.0%} {row.features_found:10.0%}"
        )
    if options.record:
        machine = describe("numpy", "opencv-contrib-python-headless", "scikit-image")
        kept = [dict(row._asdict(), direct=finite(row.direct), features=finite(row.features)) for row in rows]
        print("wrote", write_record("direct_or_features", "make bench-features", machine, pictures=PICTURES, rows=kept))


def finite(value):
    """`value`, or None where it is infinite, for which JSON has no word."""
    return value if math.isfinite(value) else None


if __name__ == "__main__":
    main()
