"""The comparison of direct and feature-based alignment is fair: known motions, the same frames for both."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from kinema.flow import homography_flow, transform_points, warp

pytest.importorskip("cv2", reason="OpenCV is not installed: pip install 'kinema[bench]'")
pytest.importorskip("skimage", reason="scikit-image is not installed: pip install 'kinema[bench]'")

FILE = Path(__file__).parents[2] / "benchmarks" / "direct_or_features.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("direct_or_features", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("shift", [0.0, 7.0, 60.0])
def test_a_pair_is_related_by_its_homography_and_the_centre_moves_by_the_shift(bench, shift):
    I0, I1, truth = bench.frame_pair(bench.photograph("camera"), shift, (1.0, 0.0), np.random.default_rng(1))
    height, width = I0.shape
    centre = np.array([[(width - 1) / 2, (height - 1) / 2]])
    np.testing.assert_allclose(np.hypot(*(transform_points(truth, centre) - centre)[0]), shift, atol=1e-9)
    laid_over = warp(I1 / 255, homography_flow(truth, I0.shape), interpolation="bicubic")
    # Both are rounded to bytes, half a grey level each, and one is interpolated twice.
    assert np.nanmedian(np.abs(laid_over - I0 / 255)) < 2 / 255


def test_the_change_of_light_is_the_one_asked_for(bench):
    rng = [np.random.default_rng(2) for _ in range(2)]
    plain, dimmed = (bench.frame_pair(bench.photograph("moon"), 3.0, c, r) for c, r in zip([(1, 0), (0.5, 0.1)], rng, strict=True))
    np.testing.assert_array_equal(plain[0], dimmed[0])
    assert np.abs(dimmed[1] - (0.5 * plain[1] + 25.5)).max() <= 1


def test_both_methods_find_a_small_motion_and_only_features_survive_dimmed_light(bench):
    small, dimmed = bench.compare((5,), ((1.0, 0.0), (0.5, 0.1)), 0, pictures=("astronaut", "coffee"), repeats=1)
    assert small.direct < 0.05 < small.features < 1
    assert small.direct_found == small.features_found == 1
    assert dimmed.features < 1 < dimmed.direct


def test_no_estimate_counts_as_infinitely_wrong(bench):
    flat = np.full(bench.SHAPE, 100, np.uint8)
    assert bench.direct(flat, flat) is None
    assert bench.feature_based(flat, flat) is None
    assert bench.pair_error(None, np.eye(3)) == np.inf
