"""Dense Lucas–Kanade on a GPU: the fused kernels against the plain form on the same card. ``make gpu-check`` runs it.

    python -m benchmarks.gpu            # prints what it measured; --json FILE writes it

Time is the wall clock of one call, device waited for before and after, the median of 20 after a warm-up. The
plain form is torch's or CuPy's own kernels, one for each operation (eager); it is timed without its checks
for NaN too, each of which makes the host wait.

The limit is what the kernels have to move, at the speed at which this card copies memory. Levels that fit
the card's cache can go below it; launches, which it leaves out, weigh the more the smaller the frame.
"""

import argparse
import json
import statistics
import sys
import time
from contextlib import contextmanager, nullcontext
from unittest import mock

import numpy as np

from kinema.data import moving_pair, texture, translation_flow
from kinema.filters import gaussian_taps
from kinema.flow.engines import gpu
from kinema.flow.pyramidal import BLUR, DAMPING, OUTLIER, _plain

SIZES = {"640x480": (480, 640), "1920x1080": (1080, 1920)}
LEVELS, ITERATIONS, REPEATS, WARM_UP = 5, 5, 20, 3
OPTIONS = dict(blur=BLUR, taps=gaussian_taps(11 / 5, radius=5), damping=DAMPING, outlier=OUTLIER, median=5)
COPIED = 256 * 2**20  # bytes: more than any cache holds
TILES = (((32, 16), 256), ((32, 16), 128), ((32, 24), 192), ((32, 8), 128))  # pixels across and down, threads

# Planes of 4 bytes that a launch reads and writes, halos taken from the cache.
STEP = 4 + 2  # I0, I1, u, v; u, v
MEDIAN = 2 + 2  # u, v; u, v
BYTES_PER_PIXEL_ITERATION = 4 * (STEP + MEDIAN)


def pixel_iterations(height, width, levels=LEVELS, iterations=ITERATIONS):
    """Pixels of all levels, times the iterations at each."""
    total = 0
    for _ in range(levels):
        total += iterations * height * width
        height, width = (height + 1) // 2, (width + 1) // 2
    return total


def traffic(height, width, levels=LEVELS, iterations=ITERATIONS):
    """Bytes that the iterations move. Blur, pyramid and expansion, left out, add about a sixth."""
    return BYTES_PER_PIXEL_ITERATION * pixel_iterations(height, width, levels, iterations)


def launches(levels=LEVELS, iterations=ITERATIONS):
    """Kernels that one flow launches."""
    return 1 + 2 * (levels - 1) + 2 * levels * iterations


def median_time(call, wait, repeats=REPEATS, warm_up=WARM_UP):
    """Seconds of one `call`: the median, with `wait` for the device before and after."""
    times = []
    for _ in range(warm_up):
        call()
    for _ in range(repeats):
        wait()
        start = time.perf_counter()
        call()
        wait()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def judged(seconds, plain, limit):
    """One row: ms, how many times faster than `plain`, how many times the `limit` (seconds; None if unknown)."""
    row = {"ms": round(1e3 * seconds, 4)}
    if plain is not None:
        row["faster_than_plain"] = round(plain / seconds, 2)
    if limit is not None:
        row["limit_ms"] = round(1e3 * limit, 4)
        row["times_the_limit"] = round(seconds / limit, 2)
    return row


@contextmanager
def without_checks():
    """The plain form without the checks of its frames, which make the host wait for the device."""

    def passed(image, *args, **options):
        return image

    with mock.patch("kinema.flow.warping.check_frame", passed), mock.patch("kinema.flow.pyramid.check_frame", passed):
        yield


@contextmanager
def tile(shape, threads):
    """The kernels with another tile."""
    with mock.patch.object(gpu, "TILE", shape), mock.patch.object(gpu, "THREADS", threads):
        yield


class OnTorch:
    """torch on its current CUDA device."""

    name = "torch"

    def __init__(self):
        import torch

        if not torch.cuda.is_available():
            raise RuntimeError("torch finds no GPU")
        self.torch, self.wait = torch, torch.cuda.synchronize
        self.put = lambda x: torch.asarray(np.ascontiguousarray(x), device="cuda")

    def bandwidth(self):
        """Bytes read and written in a second by the card's own copy."""
        source = self.torch.ones(COPIED // 4, dtype=self.torch.float32, device="cuda")
        target = self.torch.empty_like(source)
        return 2 * COPIED / median_time(lambda: target.copy_(source), self.wait)


class OnCupy:
    """CuPy on its current device."""

    name = "cupy"

    def __init__(self):
        import cupy

        if not cupy.cuda.is_available():
            raise RuntimeError("CuPy finds no GPU")
        self.cupy, self.wait, self.put = cupy, cupy.cuda.Device().synchronize, cupy.asarray

    def bandwidth(self):
        """Bytes read and written in a second by the card's own copy."""
        source = self.cupy.ones(COPIED // 4, self.cupy.float32)
        target = self.cupy.empty_like(source)
        return 2 * COPIED / median_time(lambda: self.cupy.copyto(target, source), self.wait)


def frames(height, width):
    """A textured pair, float32, that moves by a few pixels."""
    pair = moving_pair(texture(3), translation_flow(3.4, -1.8, (height, width)))
    return pair.I0.astype(np.float32), pair.I1.astype(np.float32)


def measure_size(library, I0, I1, bandwidth, repeats=REPEATS):
    """All forms on one pair, and how far the fused flow lies from the plain one."""
    height, width = I0.shape
    limit = traffic(height, width) / bandwidth
    counts = [ITERATIONS] * LEVELS
    start = np.zeros((2, *(-(-n // 2 ** (LEVELS - 1)) for n in (height, width))), np.float32)
    given = library.put(I0), library.put(I1), counts, library.put(start)
    times, results = {}, {}
    for name, form, around in (
        ("fused", gpu.pyramidal, nullcontext),
        ("plain", _plain, nullcontext),
        ("plain_unchecked", _plain, without_checks),
    ):  # fmt: skip
        with around():
            results[name] = form(*given, **OPTIONS)
            times[name] = median_time(lambda form=form: form(*given, **OPTIONS), library.wait, repeats)
    rows = {name: judged(seconds, times["plain_unchecked"], limit) for name, seconds in times.items()}
    off = abs(results["fused"] - results["plain"])
    rows["fused"].update(mean_difference_px=float(off.mean()), largest_difference_px=float(off.max()))
    if height >= 1080:
        rows["tiles"] = {}
        for shape, threads in TILES:
            with tile(shape, threads):
                seconds = median_time(lambda: gpu.pyramidal(*given, **OPTIONS), library.wait, repeats)
            rows["tiles"][f"{shape[0]}x{shape[1]}, {threads} threads"] = judged(seconds, None, limit)
    return rows


def measure(sizes=None):
    """Everything, as a plain dict; a library that cannot run here stands with its reason."""
    pairs = {name: frames(*size) for name, size in (sizes or SIZES).items()}
    found = {
        "levels": LEVELS, "iterations": ITERATIONS, "launches": launches(),
        "bytes_per_pixel_iteration": BYTES_PER_PIXEL_ITERATION,
    }  # fmt: skip
    for kind in (OnTorch, OnCupy):
        try:
            library = kind()
            if not gpu.usable():
                raise RuntimeError("CuPy cannot build kernels here")
            bandwidth = library.bandwidth()
            found[kind.name] = {"copy_gb_per_s": round(bandwidth / 1e9, 1)}
            for name, (I0, I1) in pairs.items():
                found[kind.name][name] = measure_size(library, I0, I1, bandwidth)
        except Exception as error:  # noqa: BLE001 - what the other library measured is worth keeping
            found.setdefault(kind.name, {})["error"] = f"{type(error).__name__}: {error}"
    return found


def main(arguments=None):
    """Measure, print and write; returns 1 if a library failed, 0 where there is no GPU to measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="FILE", help="write the measurements to this file")
    options = parser.parse_args(arguments)
    if not gpu.usable():
        print("skipped: CuPy finds no GPU here, or cannot build kernels for it, so nothing was measured")
        return 0
    found = measure()
    text = json.dumps(found, indent=2)
    print(text)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    return 1 if any("error" in found[kind.name] for kind in (OnTorch, OnCupy)) else 0


if __name__ == "__main__":
    sys.exit(main())
