"""PSNR and SSIM: by hand on small clips, and the mistakes that are refused."""

import subprocess
import sys

import numpy as np
import pytest

from kinema.metrics import psnr, ssim

pytest.importorskip("skimage", reason="scikit-image is not installed")


def clips(seed=0, shape=(2, 11, 11)):
    return np.random.default_rng(seed).uniform(size=(2, *shape))


def test_psnr_is_by_hand_ten_logarithms_of_range_over_error(put):
    a = np.zeros((3, 4, 5))
    b = a + np.array([0.1, 0.01, 0.0])[:, None, None]
    assert np.allclose(psnr(put(a), put(b), data_range=1), [20, 40, np.inf])
    assert np.allclose(psnr(put(a), put(b), data_range=2)[:2], [20 + 20 * np.log10(2), 40 + 20 * np.log10(2)])


def test_integers_are_subtracted_without_wrapping_around(put):
    a, b = np.full((1, 4, 5), 3, np.uint8), np.full((1, 4, 5), 5, np.uint8)
    want = 10 * np.log10(255**2 / 4)
    assert psnr(put(a), put(b), data_range=255)[0] == pytest.approx(want)
    assert psnr(put(b), put(a), data_range=255)[0] == pytest.approx(want)


def by_hand(x, y, data_range):
    """The formula on one window: what a frame of 11 x 11 holds."""
    g = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    w = np.outer(g, g) / g.sum() ** 2
    mx, my = (w * x).sum(), (w * y).sum()
    vx, vy, c = (w * (x - mx) ** 2).sum(), (w * (y - my) ** 2).sum(), (w * (x - mx) * (y - my)).sum()
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    return (2 * mx * my + c1) * (2 * c + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))


@pytest.mark.parametrize("data_range", [1, 2])
def test_ssim_is_by_hand_the_formula_on_each_frames_window(put, data_range):
    a, b = clips()
    want = [by_hand(x, y, data_range) for x, y in zip(a, b, strict=True)]
    assert np.allclose(ssim(put(a), put(b), data_range=data_range), want, rtol=1e-9)


def test_colours_are_compared_one_by_one_and_averaged(put):
    a, b = clips(1, (2, 11, 11, 3))
    want = [np.mean([by_hand(a[f, ..., c], b[f, ..., c], 1) for c in range(3)]) for f in range(2)]
    assert np.allclose(ssim(put(a), put(b), data_range=1), want, rtol=1e-9)


@pytest.mark.parametrize("shape", [(3, 16, 20), (3, 16, 20, 3)])
def test_equal_frames_are_alike_and_frames_do_not_mix(shape):
    a, b = clips(2, shape)
    b[1] = a[1]
    assert ssim(a, b, data_range=1)[1] == pytest.approx(1) and np.isinf(psnr(a, b, data_range=1)[1])
    for measure in (psnr, ssim):
        assert measure(a, b, data_range=1).shape == (3,)
        assert measure(a[2:], b[2:], data_range=1)[0] == pytest.approx(measure(a, b, data_range=1)[2])


@pytest.mark.parametrize("measure", [psnr, ssim])
@pytest.mark.parametrize(
    "a, options, words",
    [
        (np.zeros((2, 16, 16)), {}, "say data_range, .* 255 for uint8"),
        (np.full((2, 16, 16), 9, np.uint8) * np.arange(16, dtype=np.uint8), {"data_range": 1}, "values reach over 135, but data_range is 1"),
        (np.zeros((2, 16, 16)), {"data_range": 0}, "must be positive"),
        (np.zeros((16, 16, 3)), {"data_range": 1}, "looks like one colour frame"),
        (np.zeros((2, 3, 16, 16)), {"data_range": 1}, "with the colours last"),
        (np.zeros((16, 16)), {"data_range": 1}, r"clips have shape \(16, 16\)"),
        (np.zeros((2, 16, 16), bool), {"data_range": 1}, "dtype bool"),
        (np.full((2, 16, 16), np.nan), {"data_range": 1}, "a contains NaN"),
    ],
)
def test_the_usual_mistakes_are_refused(measure, a, options, words):
    with pytest.raises(ValueError, match=words):
        measure(a, a, **options)


@pytest.mark.parametrize("measure", [psnr, ssim])
def test_clips_that_do_not_fit_are_refused(measure):
    with pytest.raises(ValueError, match="they must agree"):
        measure(np.zeros((2, 16, 16)), np.zeros((2, 16, 17)), data_range=1)
    with pytest.raises(ValueError, match="a has dtype uint8 and b has float64"):
        measure(np.zeros((2, 16, 16), np.uint8), np.zeros((2, 16, 16)), data_range=1)


def test_frames_smaller_than_the_window_are_refused():
    with pytest.raises(ValueError, match="frames are 10 x 16 pixels: SSIM's window takes 11 x 11"):
        ssim(np.zeros((2, 10, 16)), np.zeros((2, 10, 16)), data_range=1)


def test_without_scikit_image_the_package_to_install_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage", None)
    with pytest.raises(ImportError, match=r"pip install 'kinema\[judging\]'"):
        psnr(np.zeros((1, 4, 5)), np.zeros((1, 4, 5)), data_range=1)


def test_importing_the_measures_does_not_load_scikit_image():
    program = "import sys, kinema.metrics; assert not {'skimage', 'scipy', 'torch'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
