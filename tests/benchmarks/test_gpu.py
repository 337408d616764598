"""The GPU benchmark, without a GPU: what it counts, how it times, what it says where there is none."""

import importlib.util
import json
import types
from pathlib import Path

import numpy as np
import pytest

from kinema.flow import gaussian_pyramid, pyramidal_lucas_kanade
from kinema.flow.engines import gpu
from kinema.flow.pyramidal import _plain

FILE = Path(__file__).parents[2] / "benchmarks" / "gpu.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("benchmark_of_the_gpu", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def launched(shape, counts, options):
    """Name and arrays of every launch of the method on a frame of `shape`; nothing is computed."""
    seen = []

    def launch(name, grid, arguments):
        seen.append((name, [x for x in arguments if isinstance(x, np.ndarray)]))

    coarsest = tuple(-(-n // 2 ** (len(counts) - 1)) for n in shape)
    rest = {name: value for name, value in options.items() if name != "taps"}
    frame = np.zeros(shape, np.float32)
    start = np.zeros((2, *coarsest), np.float32)
    gpu.run(launch, lambda shape: np.zeros(shape, np.float32), frame, frame, counts, start, **rest)
    return seen


@pytest.mark.parametrize("shape", [(96, 80), (133, 101)])
def test_the_bytes_are_those_of_the_arrays_that_the_iterations_launch_with(bench, shape):
    seen = launched(shape, [5] * 5, bench.OPTIONS)
    moved = sum(x.nbytes for name, arrays in seen if name in ("step", "median") for x in arrays)
    assert moved == bench.traffic(*shape, levels=5, iterations=5)
    assert len(seen) == bench.launches(levels=5, iterations=5)
    others = sum(x.nbytes for name, arrays in seen if name not in ("step", "median") for x in arrays)
    assert 0.13 < others / moved < 0.2  # "about a sixth"


def test_pixel_iterations_are_the_pixels_of_the_pyramid_times_the_iterations(bench):
    pixels = sum(I.shape[0] * I.shape[1] for I in gaussian_pyramid(np.zeros((133, 101)), 4))
    assert bench.pixel_iterations(133, 101, levels=4, iterations=3) == 3 * pixels


def test_the_device_is_waited_for_before_and_after_every_timed_call(bench):
    events = []
    bench.median_time(lambda: events.append("call"), lambda: events.append("wait"), repeats=3, warm_up=2)
    assert events == ["call"] * 2 + ["wait", "call", "wait"] * 3


def test_time_is_the_median(bench, monkeypatch):
    clock = iter([0, 1, 10, 12, 20, 29])  # 1, 2 and 9 seconds
    monkeypatch.setattr(bench, "time", types.SimpleNamespace(perf_counter=lambda: next(clock)))
    assert bench.median_time(lambda: None, lambda: None, repeats=3, warm_up=0) == 2


def test_a_row_says_how_many_times_faster_and_how_many_times_the_limit(bench):
    row = bench.judged(0.002, plain=0.03, limit=0.0005)
    assert row == {"ms": 2.0, "faster_than_plain": 15.0, "limit_ms": 0.5, "times_the_limit": 4.0}
    assert bench.judged(0.002, plain=None, limit=None) == {"ms": 2.0}


def test_the_plain_form_without_its_checks_computes_the_same(bench):
    I0, I1 = bench.frames(40, 44)
    expected = pyramidal_lucas_kanade(I0, I1, levels=2, engine="plain")
    start = np.zeros((2, 20, 22), np.float32)
    with bench.without_checks():
        assert np.array_equal(_plain(I0, I1, [3, 3], start, **bench.OPTIONS), expected)
        broken = np.full_like(I0, np.nan)
        assert np.isnan(_plain(broken, broken, [1, 1], start, **bench.OPTIONS)).any()


def test_every_form_gets_a_row_and_the_fused_one_its_distance_from_the_plain_one(bench, monkeypatch):
    monkeypatch.setattr(bench.gpu, "pyramidal", lambda *given, **options: _plain(*given, **options) + np.float32(0.25))
    host = types.SimpleNamespace(put=np.asarray, wait=lambda: None)
    rows = bench.measure_size(host, *bench.frames(96, 81), bandwidth=1e9, repeats=1)
    assert list(rows) == ["fused", "plain", "plain_unchecked"]
    assert rows["fused"]["mean_difference_px"] == pytest.approx(0.25, abs=1e-6)  # what was added
    limit = 1e3 * bench.traffic(96, 81) / 1e9
    assert all(row["limit_ms"] == pytest.approx(limit, abs=1e-4) and row["ms"] > 0 for row in rows.values())
    assert json.loads(json.dumps(rows)) == rows


def test_another_tile_is_another_source_and_is_put_back(bench):
    usual = gpu.TILE, gpu.THREADS
    with bench.tile((32, 8), 128):
        text = gpu.source(bench.OPTIONS["taps"], 5, 0.5)
        assert "#define TILE_Y 8\n" in text and "#define THREADS 128\n" in text
    assert (gpu.TILE, gpu.THREADS) == usual
    for shape, threads in bench.TILES:
        with bench.tile(shape, threads):
            assert gpu.fits(11, 5)


def test_without_a_gpu_it_says_that_it_skipped(bench, monkeypatch, capsys):
    monkeypatch.setattr(bench.gpu, "usable", lambda: False)
    assert bench.main([]) == 0
    assert "skipped" in capsys.readouterr().out


def test_a_library_that_cannot_run_stands_with_its_reason(bench, monkeypatch):
    monkeypatch.setattr(bench.gpu, "usable", lambda: False)
    for kind in (bench.OnTorch, bench.OnCupy):
        monkeypatch.setattr(kind, "__init__", lambda self: None)
    found = bench.measure(sizes={"small": (32, 40)})
    assert found["torch"] == found["cupy"] == {"error": "RuntimeError: CuPy cannot build kernels here"}
