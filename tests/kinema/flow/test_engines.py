"""The compiled engines against the plain forms, and the choice between them."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from kinema.data import disc, load_pair, moving_pair, texture, translation_flow
from kinema.filters import median_filter
from kinema.flow import engines, pyramidal, pyramidal_lucas_kanade, tv_l1, variational

pytest.importorskip("numba", reason="numba (the extra called fast) is not installed: there is only the plain form")

from kinema.flow.engines import cpu

METHODS = {"lucas_kanade": pyramidal_lucas_kanade, "tv_l1": tv_l1}
BOTH = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)

# float64: the same sums in another order, 1e-16 each, through some hundred iterations. In float32 the median of the
# flow decides between values that differ by rounding, a warp then reads another place, and single pixels wander;
# on average rounding of 1e-7 over slopes of 1e-2 is all there is.
MOST = {"float64": 1e-9, "float32": 2e-3}
MEAN = {"float64": 1e-10, "float32": 1e-4}

SIZES = [(5, 5), (5, 6), (6, 5), (7, 31), (31, 7), (8, 10), (33, 64), (64, 33), (47, 50), (65, 81)]


def two_motions(shape, dtype="float64"):
    """Texture in two motions, so that there are occlusions, a boundary and arrows that leave the frame."""
    flow = translation_flow(1.4, -0.8, shape)
    flow[:, :, shape[1] // 2 :] = np.array([-0.7, 0.6]).reshape(2, 1, 1)
    pair = moving_pair(texture(3), flow)
    return pair.I0.astype(dtype), pair.I1.astype(dtype)


def check_close(got, expected, dtype):
    assert got.shape == expected.shape and got.dtype == expected.dtype == dtype
    difference = np.abs(got - expected)
    assert difference.max() <= MOST[dtype]
    assert difference.mean() <= MEAN[dtype]
    assert np.abs(expected).max() > 0.1  # both could be 0


@BOTH
@pytest.mark.parametrize("shape", SIZES)
def test_the_compiled_form_equals_the_plain_one_whatever_the_size(dtype, method, shape):
    I0, I1 = two_motions(shape, dtype)
    check_close(method(I0, I1), method(I0, I1, engine="plain"), dtype)


@pytest.mark.parametrize(
    "options",
    [
        {"window": 1}, {"window": 5}, {"window": 21}, {"window": 45}, {"median": 1}, {"median": 3}, {"median": 9},
        {"blur": 0}, {"blur": 2.0}, {"levels": 1}, {"levels": 3}, {"levels": 2, "iterations": (1, 4)}, {"iterations": 0},
        {"iterations": 1}, {"damping": 1e-3}, {"outlier": 0.3}, {"normalize": "local"},
    ],
    ids=str,
)  # fmt: skip
def test_lucas_kanade_equals_its_plain_form_for_every_option(dtype, options):
    I0, I1 = two_motions((34, 41), dtype)
    got, plain = (pyramidal_lucas_kanade(I0, I1, engine=e, **options) for e in ("auto", "plain"))
    if options == {"iterations": 0}:
        assert np.all(got == 0) and np.all(plain == 0)
    else:
        check_close(got, plain, dtype)


@pytest.mark.parametrize(
    "options",
    [
        {"median": 1}, {"median": 3}, {"blur": 0}, {"blur": 2.0}, {"levels": 1}, {"levels": 3}, {"warps": 1}, {"iterations": 1},
        {"huber": 0}, {"huber": 0.2}, {"edge_stop": 0}, {"edge_stop": 500.0}, {"data_weight": 2.0}, {"data_weight": 80.0},
    ],
    ids=str,
)  # fmt: skip
def test_tv_l1_equals_its_plain_form_for_every_option(dtype, options):
    I0, I1 = two_motions((34, 41), dtype)
    got, plain = (tv_l1(I0, I1, engine=e, **options) for e in ("auto", "plain"))
    if options == {"median": 1} and dtype == "float32":
        # Rounding puts an arrow's end inside the frame or outside; without the median that pixel's vote spreads.
        apart = np.abs(got - plain) > MOST[dtype]
        assert apart.mean() < 0.01 and np.abs(got - plain).max() < 0.05
        got, plain = np.where(apart, 0, got), np.where(apart, 0, plain)
    check_close(got, plain, dtype)


@BOTH
def test_the_forms_agree_on_a_real_pair(middlebury, dtype, method):
    pair = load_pair("middlebury", "RubberWhale", middlebury)
    I0, I1 = (I[120:240, 200:360].mean(axis=-1).astype(dtype) / 255 for I in pair[:2])
    check_close(method(I0, I1), method(I0, I1, engine="plain"), dtype)


def test_the_forms_agree_from_a_first_guess_that_leaves_the_frame(dtype):
    I0, I1 = two_motions((34, 41), dtype)
    guess = np.random.default_rng(0).uniform(-60, 60, (2, 34, 41)).astype(dtype)
    # From a wild start a step may end anywhere: one iteration, and no median to smooth it.
    options = dict(levels=1, initial=guess, iterations=1, median=1)
    got, plain = (pyramidal_lucas_kanade(I0, I1, engine=e, **options) for e in ("auto", "plain"))
    np.testing.assert_allclose(got, plain, rtol=1e-9 if dtype == "float64" else 1e-3, atol=MOST[dtype])


@pytest.mark.parametrize("window", [3, 5, 7])
@pytest.mark.parametrize("shape", [(1, 1), (2, 9), (9, 2), (4, 3), (20, 31)])
def test_the_compiled_median_equals_the_plain_one_exactly(dtype, window, shape):
    field = np.random.default_rng(0).normal(size=shape).astype(dtype)
    assert np.array_equal(cpu.median_filter(field, window), median_filter(field, window))


# What it is given


@BOTH
def test_no_input_is_modified(method):
    I0, I1 = two_motions((20, 24))
    for options in ({}, {"blur": 0}, {"blur": 0, "median": 1}):
        copies = I0.copy(), I1.copy()
        method(I0, I1, **options)
        assert np.array_equal(I0, copies[0]) and np.array_equal(I1, copies[1])


@pytest.mark.parametrize("engine", ["auto", "plain"])
@pytest.mark.parametrize("median", [1, 5])
def test_the_first_guess_is_not_modified_nor_returned(engine, median):
    I0, I1 = two_motions((20, 24))
    guess = np.full((2, 20, 24), 0.5)
    flow = pyramidal_lucas_kanade(I0, I1, levels=1, initial=guess, engine=engine, median=median)
    assert np.all(guess == 0.5)
    assert not np.shares_memory(flow, guess)


@BOTH
def test_memory_may_be_strided_transposed_or_read_only(method):
    I0, I1 = two_motions((20, 24))
    expected = method(I0, I1)
    strided = [np.repeat(np.repeat(I, 2, 0), 3, 1)[::2, ::3] for I in (I0, I1)]
    columns = [np.asfortranarray(I) for I in (I0, I1)]
    backwards = [I[::-1, ::-1].copy()[::-1, ::-1] for I in (I0, I1)]
    locked = [I0.copy(), I1.copy()]
    for I in locked:
        I.flags.writeable = False
    for given in (strided, columns, backwards, locked):
        assert np.array_equal(method(*given), expected)
    assert np.array_equal(method(*locked, blur=0), method(I0, I1, blur=0))


def test_a_read_only_frame_is_not_compiled_for_again():
    I0, I1 = two_motions((20, 24))
    pyramidal_lucas_kanade(I0, I1, blur=0)
    forms = len(cpu._warp.signatures)
    for I in (I0, I1):
        I.flags.writeable = False
    pyramidal_lucas_kanade(I0, I1, blur=0)
    assert len(cpu._warp.signatures) == forms


@BOTH
def test_several_threads_may_run_it_at_once(method):
    I0, I1 = two_motions((20, 24))
    expected, results = method(I0, I1), [None] * 4

    def work(k):
        results[k] = method(I0, I1)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        assert np.array_equal(result, expected)


# Which form runs


@pytest.fixture
def forms(monkeypatch):
    """Names of the forms that ran, in order."""
    ran = []

    def watch(module, name, label):
        original = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, **k: (ran.append(label), original(*a, **k))[1])

    watch(cpu, "pyramidal", "compiled")
    watch(cpu, "tv_l1", "compiled")
    watch(pyramidal, "_plain", "plain")
    watch(variational, "_plain_tv_l1", "plain")
    return ran


@BOTH
def test_numpy_and_torch_on_the_cpu_are_compiled_and_the_strict_namespace_is_not(put, backend, forms, dtype, method):
    if "cu" in backend.name:
        pytest.skip("frames on a GPU: see test_devices")
    I0, I1 = two_motions((9, 11), dtype)
    method(put(I0), put(I1))
    assert forms == (["plain"] if backend.name == "array-api-strict" else ["compiled"])


@BOTH
def test_the_plain_form_runs_when_asked_for(forms, method):
    method(*two_motions((9, 11)), engine="plain")
    assert forms == ["plain"]


@BOTH
def test_without_numba_the_plain_form_runs(monkeypatch, forms, method):
    find_spec = engines.importlib.util.find_spec
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda name: None if name == "numba" else find_spec(name))
    I0, I1 = two_motions((9, 11))
    assert np.array_equal(method(I0, I1), method(I0, I1, engine="plain"))
    assert forms == ["plain", "plain"]


@BOTH
@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_half_precision_is_refused_with_the_remedy(half, method):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    frames = [torch.tensor(I).to(getattr(torch, half)) for I in two_motions((9, 11))]
    with pytest.raises(ValueError, match="convert it to float32 or float64"):
        method(*frames)


FORK = """
import multiprocessing as mp, numpy as np
from kinema.flow import pyramidal_lucas_kanade

I0 = np.random.default_rng(0).uniform(size=(24, 30))
def mean(k):
    return float(pyramidal_lucas_kanade(I0, np.roll(I0, k, 1)).mean())
here = [mean(1), mean(2)]
with mp.get_context("fork").Pool(2) as pool:
    there = pool.map_async(mean, [1, 2]).get(timeout=60)
assert np.allclose(here, there, rtol=0, atol=1e-9), (here, there)
print("the same")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_computes_too():
    # OpenMP, which numba's threads may be, ends a child that was forked after they had started.
    done = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, timeout=120)
    assert done.stdout == "the same\n", done.stderr


CROWD = """
import os
os.environ["NUMBA_THREADING_LAYER"] = "workqueue"
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from kinema.flow import pyramidal_lucas_kanade

I0 = np.random.default_rng(0).uniform(size=(48, 60))
with ThreadPoolExecutor(4) as pool:
    flows = list(pool.map(lambda k: pyramidal_lucas_kanade(I0, np.roll(I0, 1, 1)), range(16)))
assert all(np.array_equal(f, flows[0]) for f in flows)
print("the same")
"""


def test_many_threads_may_ask_at_once_even_of_numbas_own_pool():
    done = subprocess.run([sys.executable, "-c", CROWD], capture_output=True, text=True, timeout=240)
    assert done.stdout == "the same\n", done.stderr


@BOTH
def test_torch_goes_through_the_compiled_form_and_shares_no_memory(forms, dtype, method):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    I0, I1 = two_motions((20, 24), dtype)
    first, second = torch.tensor(I0), torch.tensor(I1)
    flow = method(first, second)
    assert isinstance(flow, torch.Tensor) and flow.is_contiguous()
    assert np.array_equal(flow.numpy(), method(I0, I1))
    assert np.array_equal(first.numpy(), I0) and np.array_equal(second.numpy(), I1)
    turned = method(first.T.contiguous().T, second.T.contiguous().T)
    assert torch.equal(turned, flow)
    assert forms == ["compiled"] * 3


@BOTH
@pytest.mark.parametrize("which", [0, 1])
def test_a_tensor_that_wants_its_gradient_takes_the_plain_form_whichever_frame_it_is(forms, method, which):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    frames = [torch.tensor(I) for I in two_motions((9, 11))]
    frames[which].requires_grad_()
    method(*frames).sum().backward()
    assert torch.isfinite(frames[which].grad).all() and frames[which].grad.abs().max() > 0
    assert forms == ["plain"]


def test_a_guess_that_wants_its_gradient_takes_the_plain_form(forms):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    frames = [torch.tensor(I) for I in two_motions((9, 11))]
    guess = torch.full((2, 9, 11), 0.1, dtype=torch.float64, requires_grad=True)
    pyramidal_lucas_kanade(*frames, levels=1, initial=guess).sum().backward()
    assert torch.isfinite(guess.grad).all() and guess.grad.abs().max() > 0
    assert forms == ["plain"]


@BOTH
def test_a_blank_disc_stays_finite_in_both_forms(dtype, method):
    pair = moving_pair(disc(16, 20, 9), translation_flow(1, -1, (33, 40)))
    I0, I1 = (I.astype(dtype) for I in pair[:2])
    for engine in ("auto", "plain"):
        assert np.all(np.isfinite(method(I0, I1, engine=engine)))
