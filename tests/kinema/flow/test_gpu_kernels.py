"""The CUDA kernels of dense Lucas–Kanade, without a GPU: their numbers by g++, their compilation by NVRTC.

g++ runs the shipped text on the processor through cuda_shim.h, in the order of launches that `gpu.run`
gives on a GPU. That says nothing about speed, nor about what only a GPU does: `make gpu-check` runs it there.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import types
from contextlib import contextmanager
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
    got = step(processor, I0, I1, flow, window=window, damping=1e-4)
    expected = plain_step(I0, I1, flow, window=window, damping=1e-4)
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
    grid = -(-width // gpu.TILE[0]), -(-height // gpu.TILE[1]), 2
    launch("median", grid, (given, made, np.int32(height), np.int32(width)))
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
        named = dict(levels=levels, iterations=iterations, window=window, initial=initial)
        pyramidal_lucas_kanade(frame, frame, **named, **rest)
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
        {"levels": 2, "iterations": (0, 2)}, {"damping": 1e-3}, {"outlier": 0.3},
        {"levels": 2, "median": 1, "iterations": (2, 3)},
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


# Which frames the kernels get, and how they are handed over


@pytest.mark.parametrize("window, median, expected", [(11, 5, True), (21, 9, True), (23, 5, False), (11, 11, False)])
def test_what_fits_a_block(window, median, expected):
    assert gpu.fits(window, median) is expected


def test_the_source_is_plain_ascii_whatever_encoding_a_compiler_assumes():
    assert gpu.source(window_taps(11), 5, BLUR).isascii()


class Recorded:
    """What stands for CuPy: kernels by g++, memory by numpy, and a list of who asked for which device and stream."""

    def __init__(self, processor):
        self.processor, self.entered, self.texts = processor, [], []
        self.cuda = types.SimpleNamespace(Device=lambda index: self.enter("device", index), Stream=self)
        self.empty, self.ascontiguousarray = np.empty, np.ascontiguousarray

    @contextmanager
    def enter(self, *what):
        self.entered.append(what)
        yield

    def from_external(self, stream):
        return self.enter("stream", *stream.__cuda_stream__())

    def RawModule(self, *, code, options):
        self.texts.append(code)
        launch = self.processor.launcher_of(code)

        def get_function(name):
            def kernel(grid, block, arguments):
                assert block == (gpu.THREADS,) and isinstance(arguments, tuple)
                launch(name, grid, arguments)

            return kernel

        return types.SimpleNamespace(get_function=get_function)


@pytest.fixture
def recorded(processor, monkeypatch):
    stand_in = Recorded(processor)
    monkeypatch.setitem(sys.modules, "cupy", stand_in)
    gpu._kernels.cache_clear()
    yield stand_in
    gpu._kernels.cache_clear()


def handed_over(I0, I1, flow=None, **changed):
    """`gpu.pyramidal` with what `pyramidal_lucas_kanade` would give it."""
    counts, start, options = arguments(tuple(I0.shape), **{**DEFAULTS, **changed})
    return gpu.pyramidal(I0, I1, counts, start if flow is None else flow, **options)


def test_torch_tensors_go_by_their_addresses_on_torch_s_device_and_stream(recorded, monkeypatch):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    stream = types.SimpleNamespace(cuda_stream=1234)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: stream)
    I0, I1 = two_motions((34, 41))
    first, second = torch.tensor(I0), torch.tensor(I1).T.contiguous().T  # the second lies in memory column by column
    flow = handed_over(first, second, torch.zeros((2, 17, 21)), levels=2)
    assert isinstance(flow, torch.Tensor) and flow.dtype == torch.float32
    check_whole(flow.numpy(), I0, I1, levels=2)
    assert np.array_equal(first.numpy(), I0) and np.array_equal(second.numpy(), I1)
    assert recorded.entered == [("device", None), ("stream", 0, 1234)]


def test_cupy_s_arrays_go_as_they_are_and_kernels_are_built_once(recorded):
    I0, I1 = two_motions((34, 41))
    for array in (I0, I1):
        array.flags.writeable = False

    class Frame(np.ndarray):
        device = types.SimpleNamespace(id=3)

    results = [handed_over(I0.view(Frame), np.asfortranarray(I1)) for _ in range(2)]
    check_whole(results[0], I0, I1)
    assert np.array_equal(*results)
    assert recorded.entered == [("device", 3)] * 2
    assert len(recorded.texts) == 1


def test_a_window_too_large_for_a_block_takes_the_plain_form(recorded):
    I0, I1 = two_motions((34, 41))
    assert np.array_equal(handed_over(I0, I1, window=45), pyramidal_lucas_kanade(I0, I1, window=45, engine="plain"))
    assert recorded.texts == [] and recorded.entered == []


class OnDevice:
    """As much of a tensor as the choice of an engine looks at."""

    def __init__(self, dtype="torch.float32", device="cuda", requires_grad=False):
        self.dtype, self.requires_grad = dtype, requires_grad
        self.device = types.SimpleNamespace(type=device)


@pytest.fixture
def tensors(monkeypatch):
    """Makes such objects pass for tensors; returns a switch for whether CuPy works."""
    compat = engines.array_api_compat
    monkeypatch.setattr(compat, "is_torch_array", lambda x: isinstance(x, OnDevice))
    monkeypatch.setattr(gpu, "usable", lambda: True)
    find_spec = engines.importlib.util.find_spec
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda name: True if name == "cupy" else find_spec(name))
    return lambda works: monkeypatch.setattr(gpu, "usable", lambda: works)


def test_float32_tensors_on_a_gpu_get_the_kernels(tensors):
    assert engines.pyramidal(OnDevice(), OnDevice(), OnDevice()) == gpu.pyramidal


@pytest.mark.parametrize(
    "other",
    [
        OnDevice("torch.float64"), OnDevice("torch.float16"), OnDevice("torch.bfloat16"), OnDevice(device="mps"),
        OnDevice(device="cpu"), OnDevice(requires_grad=True),
    ],
    ids=["float64", "float16", "bfloat16", "mps", "cpu", "gradient"],
)  # fmt: skip
def test_one_tensor_of_another_kind_keeps_the_kernels_away(tensors, other):
    for given in ((other, OnDevice()), (OnDevice(), other)):
        assert engines.pyramidal(*given) is None


def test_without_a_working_cupy_a_gpu_s_tensors_take_the_plain_form(tensors):
    tensors(False)
    assert engines.pyramidal(OnDevice(), OnDevice()) is None


def test_a_cupy_that_cannot_be_used_is_no_error(monkeypatch):
    gpu.usable.cache_clear()
    monkeypatch.setitem(sys.modules, "cupy", None)  # importing it now fails
    assert gpu.usable() is False
    gpu.usable.cache_clear()


# On a GPU


def pair_on(device, shape):
    I0, I1 = two_motions(shape)
    return I0, I1, device.put(I0), device.put(I1)


@pytest.mark.gpu
@pytest.mark.parametrize("shape", [*SIZES, (65, 81), (480, 640)])
def test_on_a_gpu_the_kernels_equal_the_plain_form_whatever_the_size(device, get, same_kind, shape):
    I0, I1, first, second = pair_on(device, shape)
    assert engines.pyramidal(first, second) == gpu.pyramidal
    flow = pyramidal_lucas_kanade(first, second)
    same_kind(flow, first)
    check_whole(get(flow), I0, I1)
    plain = get(pyramidal_lucas_kanade(first, second, engine="plain"))
    assert np.abs(get(flow) - plain).mean() <= 1e-5


@pytest.mark.gpu
@pytest.mark.parametrize(
    "changed", [{"window": 5}, {"window": 21}, {"window": 45}, {"median": 1}, {"blur": 0}], ids=str
)  # fmt: skip
def test_on_a_gpu_the_kernels_equal_the_plain_form_for_every_option(device, get, changed):
    I0, I1, first, second = pair_on(device, (65, 81))
    check_whole(get(pyramidal_lucas_kanade(first, second, **changed)), I0, I1, **changed)


@pytest.mark.gpu
def test_on_a_gpu_frames_and_guess_are_left_alone_and_may_be_strided(device, get):
    I0, I1, first, second = pair_on(device, (34, 41))
    guess = device.put(np.full((2, 34, 41), 0.25, np.float32))
    flow = get(pyramidal_lucas_kanade(first, second, levels=1, initial=guess))
    assert np.array_equal(get(first), I0) and np.array_equal(get(second), I1) and np.all(get(guess) == 0.25)
    strided = device.put(np.repeat(I0, 2, 1))[:, ::2], device.put(np.repeat(I1, 3, 0))[::3, :]
    assert np.array_equal(get(pyramidal_lucas_kanade(*strided, levels=1, initial=guess)), flow)


@pytest.mark.gpu
def test_on_a_gpu_the_same_frames_give_the_same_bits(device, get):
    _, _, first, second = pair_on(device, (240, 321))
    expected = get(pyramidal_lucas_kanade(first, second))
    for _ in range(5):
        assert np.array_equal(get(pyramidal_lucas_kanade(first, second)), expected)


@pytest.mark.gpu
def test_on_a_gpu_the_kernels_wait_for_what_torch_s_own_stream_still_computes(device, get):
    if device.name != "torch-cuda":
        pytest.skip("a question of torch's streams")
    import torch

    _, _, first, second = pair_on(device, (240, 321))
    start = torch.zeros((2, 240, 321), device="cuda")
    expected = get(handed_over(first, second, start, levels=1))
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        busy = torch.ones((4096, 4096), device="cuda")
        for _ in range(50):
            busy = busy @ busy / 4096
        late = second + (busy[:240, :321] - 1)  # equals `second`, once the products are done
        flow = handed_over(first, late, start, levels=1)
    stream.synchronize()
    assert np.array_equal(get(flow), expected)
