"""The CUDA kernels of dense Lucas–Kanade, without a GPU: their numbers by g++, their compilation by NVRTC.

g++ runs the shipped text on the processor through cuda_shim.h, in the order of launches that `gpu.run`
gives on a GPU. That says nothing about speed, nor about what only a GPU does: `make gpu-check` runs it there.
"""

import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import sys
import types
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from kinema.data import load_pair, moving_pair, texture, translation_flow
from kinema.filters import gaussian_blur, gaussian_taps, median_filter
from kinema.flow import engines, pyramidal_lucas_kanade
from kinema.flow.derivatives import five_point
from kinema.flow.engines import gpu
from kinema.flow.pyramid import expand_flow, reduce_frame
from kinema.flow.pyramidal import BLUR, DAMPING, OUTLIER, _plain, refine

SHIM = Path(__file__).with_name("cuda_shim.h")
KERNELS = ("step", "median", "blur", "halve", "expand")
GUARD = 1024  # floats on either side of every array, all NaN

# Smaller than a tile of 32 x 16, exactly one, one pixel more, and several with a rest.
SIZES = [(5, 5), (5, 6), (6, 5), (7, 31), (31, 7), (16, 32), (17, 33), (33, 65), (47, 50)]


def compiler():
    for name in (os.environ.get("CXX", ""), "c++", "g++", "clang++"):
        if name and shutil.which(name):
            return name
    message = "no C++ compiler: install one (Debian: apt-get install g++) or name it in CXX"
    if os.environ.get("CI"):
        pytest.fail(message + "; in CI nothing else checks the numbers of the GPU kernels")
    pytest.skip(message)


class Processor:
    """Builds kernels with g++ and launches them; stands where the device stands."""

    def __init__(self, folder, threads=1):
        self.folder, self.threads, self.launched = folder, threads, []
        self.compiler = compiler()

    def build(self, text):
        name = self.folder / hashlib.sha256(text.encode()).hexdigest()[:16]
        library = name.with_suffix(".so")
        if not library.exists():
            launchers = "".join(f"LAUNCHER({kernel})\n" for kernel in KERNELS)
            name.with_suffix(".cpp").write_text(f'#include "{SHIM}"\n{text}\n{launchers}')
            options = "-std=c++17 -O1 -w -shared -fPIC -fvisibility=hidden".split()
            command = [self.compiler, *options, "-o", library, name.with_suffix(".cpp")]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-3000:]
        return ctypes.CDLL(str(library))

    def launcher(self, taps, median, blur):
        """launch(name, grid, arguments) of `gpu.run`, for numpy arrays."""
        return self.launcher_of(gpu.source(taps, median, blur))

    def launcher_of(self, text):
        library = self.build(text)

        def launch(name, grid, arguments):
            held = []
            for x in arguments:
                if isinstance(x, np.ndarray):
                    assert x.dtype == np.float32 and x.flags.c_contiguous
                    x = np.uintp(x.ctypes.data)
                # A pointer, an int or a float of C: nothing else may reach a kernel.
                assert type(x) in (np.uintp, np.int32, np.float32)
                held.append(np.array(x))
            pointers = (ctypes.c_void_p * len(held))(*(x.ctypes.data for x in held))
            uneven = getattr(library, f"launch_{name}")((ctypes.c_int * 3)(*grid), self.threads, pointers)
            assert not uneven, f"{name}: some threads of a block ended while others waited at a barrier"
            self.launched.append(name)

        return launch


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kernels")


@pytest.fixture
def processor(folder):
    return Processor(folder)


def guarded(array):
    """A copy with NaN before and after it: what strays outside is NaN, and what is written there shows."""
    around = np.full(array.size + 2 * GUARD, np.nan, np.float32)
    inner = around[GUARD:-GUARD].reshape(array.shape)
    inner[...] = array
    return inner


def empty(shape):
    return guarded(np.full(shape, np.nan, np.float32))


def intact(*arrays):
    for x in arrays:
        while x.base is not None:
            x = x.base
        assert np.isnan(x[:GUARD]).all() and np.isnan(x[-GUARD:]).all()


def two_motions(shape):
    """Texture in two motions, so that there are a boundary, occlusions and arrows that leave the frame."""
    flow = translation_flow(1.4, -0.8, shape)
    flow[:, :, shape[1] // 2 :] = np.array([-0.7, 0.6]).reshape(2, 1, 1)
    pair = moving_pair(texture(3), flow)
    return pair.I0.astype(np.float32), pair.I1.astype(np.float32)


def window_taps(window):
    return gaussian_taps(window / 5, radius=window // 2)


def step(processor, I0, I1, flow, *, window=11, damping=DAMPING, outlier=OUTLIER):
    """One launch of the step kernel, alone."""
    launch = processor.launcher(window_taps(window), 5, BLUR)
    height, width = I0.shape
    arrays = [guarded(I0), guarded(I1), guarded(flow), empty(flow.shape)]
    grid = -(-width // gpu.TILE[0]), -(-height // gpu.TILE[1]), 1
    sizes = np.int32(height), np.int32(width), np.float32(damping), np.float32(1 / outlier)
    launch("step", grid, (*arrays, *sizes))
    intact(*arrays)
    for array, given in zip(arrays, (I0, I1, flow), strict=False):
        assert np.array_equal(array, given, equal_nan=True)
    return arrays[3]


def plain_step(I0, I1, flow, *, window=11, damping=DAMPING, outlier=OUTLIER):
    """`refine` without its median, in float64."""
    I0, I1, flow = (x.astype(np.float64) for x in (I0, I1, flow))
    slope0 = five_point(I0, -1), five_point(I0, -2)
    return refine(I0, I1, slope0, flow, taps=window_taps(window), damping=damping, outlier=outlier, median=1)


@pytest.mark.parametrize("shape", SIZES)
def test_one_step_is_the_plain_one(processor, shape):
    I0, I1 = two_motions(shape)
    flow = np.random.default_rng(0).uniform(-1.5, 1.5, (2, *shape)).astype(np.float32)
    # Brightness near 1 rounds by 6e-8, slopes are some hundredths: 2e-6 px, and hardly more after a sum over a window.
    np.testing.assert_allclose(step(processor, I0, I1, flow), plain_step(I0, I1, flow), atol=1e-5)


@pytest.mark.parametrize("window", [1, 3, 5, 15, 21])
def test_one_step_is_the_plain_one_for_every_window_that_fits(processor, window):
    I0, I1 = two_motions((35, 41))
    flow = np.random.default_rng(0).uniform(-1.5, 1.5, (2, 35, 41)).astype(np.float32)
    got, expected = (f(I0, I1, flow, window=window, damping=1e-4) for f in (lambda *a, **k: step(processor, *a, **k), plain_step))
    np.testing.assert_allclose(got, expected, atol=5e-5)  # a window of one pixel averages no rounding away


def test_damping_and_outlier_reach_the_kernel(processor):
    I0, I1 = two_motions((17, 33))
    flow = np.zeros((2, 17, 33), np.float32)
    for options in ({"damping": 1e-3}, {"outlier": 0.3}):
        got = step(processor, I0, I1, flow, **options)
        np.testing.assert_allclose(got, plain_step(I0, I1, flow, **options), atol=1e-5)
        assert np.abs(got - plain_step(I0, I1, flow)).max() > 0.01


def test_still_frames_stay_still_where_the_determinant_rounds_to_nothing(processor):
    # On a diagonal edge Jxx = Jyy = Jxy, and so small a damping is lost beside them: Jxx Jyy - Jxy² is 0.
    I = np.tri(33, 41, 4, np.float32)
    assert np.all(step(processor, I, I, np.zeros((2, 33, 41), np.float32), damping=1e-12) == 0)


def test_arrows_that_leave_the_frame_and_wild_or_missing_ones_read_nothing_outside(processor):
    I0, I1 = two_motions((17, 33))
    flow = np.random.default_rng(0).uniform(-60, 60, (2, 17, 33)).astype(np.float32)
    got = step(processor, I0, I1, flow)
    np.testing.assert_allclose(got, plain_step(I0, I1, flow), atol=2e-5)  # 60 px round by 4e-6
    flow[:, ::3, ::4] = np.array([np.nan, np.inf]).reshape(2, 1, 1)
    flow[:, 1::3, ::5] = np.array([1e30, -1e30]).reshape(2, 1, 1)
    step(processor, I0, I1, flow)  # the guards are checked in there


@pytest.mark.parametrize("threads", [37, gpu.THREADS])
def test_a_block_of_many_threads_gives_what_one_gives(folder, threads):
    # Coroutines run each thread ahead as far as a barrier allows: without one, values are missing or overwritten.
    I0, I1 = two_motions((33, 65))
    flow = np.random.default_rng(0).uniform(-1.5, 1.5, (2, 33, 65)).astype(np.float32)
    alone, many = (step(Processor(folder, n), I0, I1, flow) for n in (1, threads))
    assert np.array_equal(alone, many)
    results = [whole(Processor(folder, n), I0, I1) for n in (1, threads)]
    assert np.array_equal(*results)


def one(processor, name, shape, *arrays, size, median=5, blur=BLUR):
    """One launch of a kernel that makes two planes of `shape`."""
    made = empty((2, *shape))
    given = [guarded(x) for x in arrays]
    grid = -(-shape[1] // gpu.TILE[0]), -(-shape[0] // gpu.TILE[1]), 2
    processor.launcher(window_taps(11), median, blur)(name, grid, (*given, made, *(np.int32(n) for n in size)))
    intact(made, *given)
    return made


@pytest.mark.parametrize("median", [3, 5, 7, 9])
@pytest.mark.parametrize("shape", [*SIZES, (1, 1), (2, 9), (9, 2)])
def test_the_median_is_exactly_the_plain_one(processor, shape, median):
    field = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)
    height, width = shape
    made = empty((2, *shape))
    given = guarded(field)
    launch = processor.launcher(window_taps(11), median, BLUR)
    launch("median", (-(-width // gpu.TILE[0]), -(-height // gpu.TILE[1]), 2), (given, made, np.int32(height), np.int32(width)))
    intact(given, made)
    assert np.array_equal(made, median_filter(field, median))


@pytest.mark.parametrize("shape", SIZES)
def test_both_frames_are_blurred_and_halved_as_by_the_plain_form(processor, shape):
    I0, I1 = two_motions(shape)
    blurred = one(processor, "blur", shape, I0, I1, size=shape)
    half = one(processor, "halve", tuple((n + 1) // 2 for n in shape), I0, I1, size=shape)
    for k, I in enumerate((I0, I1)):
        # Sums of 25 weights that add up to 1, of brightness below 1.
        np.testing.assert_allclose(blurred[k], gaussian_blur(I.astype(np.float64), BLUR), atol=5e-7)
        np.testing.assert_allclose(half[k], reduce_frame(I.astype(np.float64)), atol=5e-7)


def test_a_wide_blur_is_the_plain_one(processor):
    I0, I1 = two_motions((17, 33))
    blurred = one(processor, "blur", (17, 33), I0, I1, size=(17, 33), blur=2.0)
    np.testing.assert_allclose(blurred[1], gaussian_blur(I1.astype(np.float64), 2.0), atol=5e-7)


@pytest.mark.parametrize("shape", SIZES)
def test_the_flow_is_expanded_as_by_the_plain_form(processor, shape):
    coarse = np.random.default_rng(0).normal(size=(2, *((n + 1) // 2 for n in shape))).astype(np.float32)
    fine = one(processor, "expand", shape, coarse, size=shape)
    np.testing.assert_allclose(fine, expand_flow(coarse.astype(np.float64), shape), atol=3e-6)


DEFAULTS = dict(levels=None, iterations=3, window=11, median=5, blur=BLUR, damping=DAMPING, outlier=OUTLIER)


def arguments(shape, *, levels, iterations, window, initial=None, **rest):
    """What `pyramidal_lucas_kanade` hands to an engine: counts, flow and options."""
    caught = {}

    def engine(I0, I1, counts, flow, **options):
        caught.update(counts=counts, flow=flow, options=options)
        return flow

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "pyramidal", lambda *arrays: engine)
        frame = np.zeros(shape, np.float32)
        pyramidal_lucas_kanade(frame, frame, levels=levels, iterations=iterations, window=window, initial=initial, **rest)
    return caught["counts"], caught["flow"], caught["options"]


def whole(processor, I0, I1, **changed):
    """The whole method, launched as on a GPU."""
    counts, flow, options = arguments(I0.shape, **{**DEFAULTS, **changed})
    launch = processor.launcher(options.pop("taps"), options["median"], options["blur"])
    made = []

    def remembered(shape):
        made.append(empty(shape))
        return made[-1]

    given = [guarded(x) for x in (I0, I1, flow)]
    result = gpu.run(launch, remembered, given[0], given[1], counts, given[2], **options)
    intact(*given, *made)
    for now, before in zip(given, (I0, I1, flow), strict=True):
        assert np.array_equal(now, before)
    return result.copy()


def check_whole(got, I0, I1, **changed):
    """Against the plain form in float32: rounding, but for single pixels where the median chose another value."""
    counts, flow, options = arguments(I0.shape, **{**DEFAULTS, **changed})
    expected = _plain(I0, I1, counts, flow, **options)
    difference = np.abs(got - expected)
    assert difference.mean() <= 1e-5
    assert difference.max() <= 2e-3
    assert np.abs(expected).max() > 0.1  # both could be 0


@pytest.mark.parametrize("shape", [*SIZES, (65, 81)])
def test_the_whole_method_is_the_plain_one_whatever_the_size(processor, shape):
    I0, I1 = two_motions(shape)
    check_whole(whole(processor, I0, I1), I0, I1)


@pytest.mark.parametrize(
    "changed",
    [
        {"window": 5}, {"window": 21}, {"median": 1}, {"median": 3}, {"blur": 0}, {"blur": 2.0}, {"levels": 1},
        {"levels": 3}, {"levels": 2, "iterations": (1, 4)}, {"levels": 2, "iterations": (2, 0)}, {"iterations": 1},
        {"levels": 2, "iterations": (0, 2)}, {"damping": 1e-3}, {"outlier": 0.3}, {"levels": 2, "median": 1, "iterations": (2, 3)},
    ],
    ids=str,
)  # fmt: skip
def test_the_whole_method_is_the_plain_one_for_every_option(processor, changed):
    I0, I1 = two_motions((34, 41))
    check_whole(whole(processor, I0, I1, **changed), I0, I1, **changed)


@pytest.mark.parametrize("median", [1, 5])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_first_guess_is_read_and_left_alone(processor, median, count):
    I0, I1 = two_motions((20, 24))
    guess = np.stack([np.full((20, 24), 0.5), np.full((20, 24), -0.25)]).astype(np.float32)
    changed = dict(levels=1, iterations=count, initial=guess, median=median)
    check_whole(whole(processor, I0, I1, **changed), I0, I1, **changed)


def test_a_real_pair_gives_the_plain_flow(processor, middlebury):
    pair = load_pair("middlebury", "RubberWhale", middlebury)
    I0, I1 = (I[120:240, 200:361].mean(axis=-1).astype(np.float32) / 255 for I in pair[:2])
    check_whole(whole(processor, I0, I1), I0, I1)


def test_an_iteration_is_two_launches(processor):
    I0, I1 = two_motions((64, 80))
    whole(processor, I0, I1, levels=3, iterations=5)
    launched = {name: processor.launched.count(name) for name in KERNELS}
    assert launched == {"step": 15, "median": 15, "blur": 1, "halve": 2, "expand": 2}
