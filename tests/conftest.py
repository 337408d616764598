"""What the tests share: array libraries to run on, real data to read, gradients to check.

`put` and `get` carry arrays to a library and back; a test that asks for `put` or `xp` runs once on
each of `BACKENDS`, and one that asks for `dtype` once in each precision.
"""

import importlib.util
import os
import sys
from pathlib import Path

import numpy as np
import pytest



def _has_cupy_device():
    if importlib.util.find_spec("cupy") is None:
        return False
    import cupy

    return cupy.cuda.is_available()


def _has_torch_device():
    if importlib.util.find_spec("torch") is None:
        return False
    import torch

    return torch.cuda.is_available()


GPU_BACKENDS = {"cupy": _has_cupy_device(), "torch-cuda": _has_torch_device()}
BACKENDS = ["numpy", "array-api-strict", "torch"]
BACKENDS += [pytest.param(name, marks=pytest.mark.gpu) for name, there in GPU_BACKENDS.items() if there]


def pytest_configure(config):
    if importlib.util.find_spec("matplotlib"):
        import matplotlib

        matplotlib.use("agg")  # no window opens, with or without a display


def pytest_report_header(config):
    absent = [name for name, there in GPU_BACKENDS.items() if not there]
    if absent:
        return f"GPU: none for {' and '.join(absent)}; those variants are left out (make gpu-check runs them where there is one)"
    return "GPU: CuPy and torch-cuda variants run"


def _namespace(name):
    """(namespace, device) of a backend; skips where it cannot run."""
    if name == "numpy":
        import array_api_compat.numpy as xp

        return xp, "cpu"
    if name == "array-api-strict":
        xp = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
        return xp, xp.Device("CPU_DEVICE")
    if name == "cupy":
        import array_api_compat.cupy as xp
        import cupy

        return xp, cupy.cuda.Device(0)
    torch = pytest.importorskip("torch", reason="torch is not installed")
    import array_api_compat.torch as xp

    return xp, torch.device("cuda:0" if name == "torch-cuda" else "cpu")


class Backend:
    """An array library on one device."""

    def __init__(self, name):
        self.name = name
        self.xp, self.device = _namespace(name)

    def put(self, array, dtype=None):
        """The numpy `array` as an array of this library, in its own dtype or the named one."""
        array = np.asarray(array) if dtype is None else np.asarray(array).astype(dtype)
        return self.xp.asarray(array.copy(), dtype=getattr(self.xp, array.dtype.name), device=self.device)


@pytest.fixture(params=BACKENDS)
def backend(request):
    return Backend(request.param)


NO_GPU = pytest.param(None, marks=pytest.mark.skip(reason="no GPU here: make gpu-check runs this where there is one"))


@pytest.fixture(params=BACKENDS[3:] or [NO_GPU])
def device(request):
    """A backend on a GPU."""
    return Backend(request.param)


@pytest.fixture
def xp(backend):
    """The backend's array namespace."""
    return backend.xp


@pytest.fixture
def put(backend):
    """put(numpy_array, dtype=None): the array in the backend, on its device."""
    return backend.put


@pytest.fixture
def get():
    """get(array): a numpy array of the same dtype."""

    def get(x):
        if hasattr(x, "detach"):
            return x.detach().cpu().numpy()
        return x.get() if type(x).__module__.startswith("cupy") else np.asarray(x)

    return get


@pytest.fixture(params=["float32", "float64"])
def dtype(request):
    """Name of a floating-point type."""
    return request.param


@pytest.fixture
def rounding(dtype):
    """Relative rounding of a short computation in `dtype`: some hundred units in the last place."""
    return {"float32": 2e-5, "float64": 1e-12}[dtype]


@pytest.fixture
def same_kind():
    """same_kind(result, given): assert equal namespace, dtype and device."""
    import array_api_compat

    def check(result, given):
        assert type(result) is type(given)
        assert array_api_compat.array_namespace(result) is array_api_compat.array_namespace(given)
        assert result.dtype == given.dtype
        assert result.device == given.device

    return check


@pytest.fixture
def gradcheck():
    """gradcheck(function, *numpy_arrays): assert torch's derivative equals finite differences."""
    torch = pytest.importorskip("torch", reason="torch is not installed: there are no derivatives to check")

    def check(function, *arrays):
        inputs = tuple(torch.tensor(np.asarray(a), dtype=torch.float64, requires_grad=True) for a in arrays)
        assert torch.autograd.gradcheck(function, inputs, check_undefined_grad=False)

    return check


@pytest.fixture
def gradients():
    """gradients(function, *numpy_arrays): gradients of the sum of the finite results, numpy arrays."""
    torch = pytest.importorskip("torch", reason="torch is not installed: there are no derivatives to check")

    def compute(function, *arrays):
        inputs = tuple(torch.tensor(np.asarray(a), dtype=torch.float64, requires_grad=True) for a in arrays)
        results = function(*inputs)
        results = results if isinstance(results, tuple) else (results,)
        sum(torch.where(torch.isfinite(r), r, torch.zeros_like(r)).sum() for r in results).backward()
        return tuple(x.grad.numpy() for x in inputs)

    return compute


@pytest.fixture(scope="session")
def middlebury():
    """Data folder with Middlebury pairs in it."""
    root = os.environ.get("KINEMA_DATA")
    if not root:
        pytest.skip("set KINEMA_DATA to a folder with the Middlebury pairs (see kinema.data.benchmarks)")
    if not (Path(root) / "middlebury").is_dir():
        pytest.skip("KINEMA_DATA holds no folder middlebury")
    return Path(root)


@pytest.fixture(scope="session")
def torchvision():
    """torchvision, for comparing networks: `make setup` installs it, the course itself does not need it."""
    pytest.importorskip("torch", reason="torch is not installed: there are no networks to compare")
    peers = pytest.importorskip("benchmarks.peers", reason="the folder benchmarks is not beside the tests")
    try:
        return peers.import_torchvision()
    except ImportError as error:
        pytest.skip(f"{error}: networks are not compared with it")
