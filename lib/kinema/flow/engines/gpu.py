"""Pyramidal Lucas–Kanade on the GPU: the order in which the kernels of pyramidal.cu are launched.

The kernels are compiled for one window, median and blur at a time, by CuPy, which keeps what it compiled
on disk. CuPy arrays and torch CUDA tensors both go through them, each on its own library's current stream
and in its own library's memory; nothing is copied, and nothing waits for the device.
"""

from contextlib import nullcontext
from functools import cache
from pathlib import Path

import array_api_compat
import numpy as np

from kinema.filters import gaussian_taps, median_network

SOURCE = Path(__file__).with_name("pyramidal.cu")
TILE = 32, 16  # pixels across and down that a block makes
THREADS = 256
SHARED = 48 * 1024  # bytes that a block may have without asking
LARGEST_MEDIAN = 9  # its 81 values still lie in registers


def shared_bytes(window):
    """Bytes of shared memory of a block of `step`, as laid out in pyramidal.cu."""
    across, down = (n + window - 1 for n in TILE)
    area, rows, surround = (across | 1) * down, (TILE[0] | 1) * down, (across + 4) * (down + 4)
    return 4 * (3 * area + max(5 * rows, surround))


def fits(window, median):
    """Whether the kernels can be built for such a window and median."""
    return shared_bytes(window) <= SHARED and median <= LARGEST_MEDIAN


def _array(taps):
    return "{" + ", ".join(f"{tap:.9e}f" for tap in taps) + "}"


def source(taps, median, blur):
    """CUDA C of the kernels for one window, median and blur."""
    blur_taps = gaussian_taps(blur) if blur > 0 else [1.0]
    network = " ".join(f"X({i}, {j})" for i, j in median_network(median * median))
    definitions = {
        "TILE_X": TILE[0], "TILE_Y": TILE[1], "THREADS": THREADS,
        "RADIUS": len(taps) // 2, "TAPS": _array(taps),
        "MEDIAN": median, "NETWORK(X)": network,
        "BLUR_RADIUS": len(blur_taps) // 2, "BLUR_TAPS": _array(blur_taps),
    }  # fmt: skip
    lines = [f"#define {name} {value}\n" for name, value in definitions.items()]
    return "".join(lines) + SOURCE.read_text(encoding="utf-8")


def run(launch, empty, I0, I1, counts, flow, *, blur, damping, outlier, median):
    """The whole method as launches.

    Parameters
    ----------
    launch : callable
        ``launch(name, grid, arguments)`` runs a kernel on `grid` tiles (across, down, planes).
    empty : callable
        ``empty(shape)`` makes a float32 array.
    I0, I1, flow : float32 arrays, contiguous, shape (H, W) and (2, h, w)
        Only read.
    counts, blur, damping, outlier, median
        As in `kinema.flow.pyramidal._plain`.

    Returns
    -------
    array, shape (2, H, W)
        One that `empty` made, or `flow` itself if no level asks for an iteration.
    """

    def call(name, planes, made, *arrays, size=None, scalars=()):
        """Launch on as many tiles as cover `made` (H, W); the kernel is told `size`, or that shape."""
        grid = -(-made[1] // TILE[0]), -(-made[0] // TILE[1]), planes
        launch(name, grid, (*arrays, *(np.int32(n) for n in size or made), *scalars))

    def both(name, I0, I1, made):
        frames = empty((2, *made))
        call(name, 2, made, I0, I1, frames, size=tuple(I0.shape))
        return frames[0], frames[1]

    if blur > 0:
        I0, I1 = both("blur", I0, I1, tuple(I0.shape))
    levels = [(I0, I1)]
    for _ in counts[1:]:
        levels.append(both("halve", *levels[-1], tuple((n + 1) // 2 for n in levels[-1][0].shape)))
    scalars = np.float32(damping), np.float32(1 / outlier)
    for (I0, I1), count in zip(reversed(levels), reversed(counts), strict=True):
        shape = tuple(I0.shape)
        if tuple(flow.shape[-2:]) != shape:
            coarse, flow = flow, empty((2, *shape))
            call("expand", 2, shape, coarse, flow)
        stepped, kept = (empty((2, *shape)) for _ in range(2)) if count else (None, None)
        for _ in range(count):
            call("step", 1, shape, I0, I1, flow, stepped, scalars=scalars)
            if median == 1:
                flow, stepped, kept = stepped, kept, stepped
            else:
                call("median", 2, shape, stepped, kept)
                flow = kept
    return flow


@cache
def _kernels(text):
    import cupy

    module = cupy.RawModule(code=text, options=("--std=c++17",))
    return {name: module.get_function(name) for name in ("step", "median", "blur", "halve", "expand")}


@cache
def usable():
    """Whether CuPy is here, finds a device and can compile for it; the last two fail on some machines that have it."""
    try:
        import cupy

        if not cupy.cuda.is_available():
            return False
        probe = cupy.ElementwiseKernel("float32 x", "float32 y", "y = x + 1", "kinema_probe")
        return float(probe(cupy.zeros(1, "float32"))[0]) == 1.0
    except Exception:  # noqa: BLE001 - whatever is missing, the plain form needs none of it
        return False


class _Stream:
    """A stream of another library, by the protocol that CuPy takes streams through."""

    def __init__(self, pointer):
        self.pointer = pointer

    def __cuda_stream__(self):
        return 0, self.pointer  # version of the protocol, cudaStream_t


def _on_cupy(like):
    """Stream to launch on, maker of arrays, and what a kernel takes for an array: for CuPy."""
    import cupy

    return nullcontext(), lambda shape: cupy.empty(shape, "float32"), lambda x: x


def _on_torch(like):
    """The same for torch: its memory and its current stream, so that its allocator knows who uses what."""
    import cupy
    import torch

    stream = cupy.cuda.Stream.from_external(_Stream(torch.cuda.current_stream(like.device).cuda_stream))
    return stream, lambda shape: like.new_empty(shape), lambda x: np.uintp(x.data_ptr())


def pyramidal(I0, I1, counts, flow, *, blur, taps, damping, outlier, median):
    """`kinema.flow.pyramidal._plain`, fused: float32 frames (H, W) of CuPy, or of torch on a CUDA device.

    Where the kernels cannot be built (a window of more than 21 pixels, say), the plain form runs.
    """
    if not fits(len(taps), median):
        from kinema.flow.pyramidal import _plain

        return _plain(I0, I1, counts, flow, blur=blur, taps=taps, damping=damping, outlier=outlier, median=median)
    import cupy

    torch = array_api_compat.is_torch_array(I0)
    kernels = _kernels(source(taps, median, blur))
    with cupy.cuda.Device(I0.device.index if torch else I0.device.id):
        stream, empty, argument = (_on_torch if torch else _on_cupy)(I0)

        def launch(name, grid, arguments):
            kernels[name](grid, (THREADS,), tuple(x if isinstance(x, np.generic) else argument(x) for x in arguments))

        with stream:
            I0, I1, flow = (x.contiguous() if torch else cupy.ascontiguousarray(x) for x in (I0, I1, flow))
            return run(launch, empty, I0, I1, counts, flow, blur=blur, damping=damping, outlier=outlier, median=median)
