"""Faster forms of what `kinema.flow` says plainly: the same arithmetic, pixel by pixel, in compiled code.

Each is chosen by what the arrays are and by what is installed, and each has a plain twin in
`kinema.flow` that a test holds it to. Nothing here is needed: without it everything runs, slower.
"""

import importlib
import importlib.util
import os
import sys

import array_api_compat

COMPILING = f"{__name__}.compiling"  # whose import starts numba's threads
_forked = False


def _after_fork():
    """A child that was forked after numba had started its threads has none of them, and may start no others."""
    global _forked
    _forked = COMPILING in sys.modules


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _on_host(x):
    """Whether `x` lies in this machine's memory as numpy or CPU torch, outside any graph."""
    if array_api_compat.is_numpy_array(x):
        return True
    return array_api_compat.is_torch_array(x) and x.device.type == "cpu" and not x.requires_grad


def _compiled(module, *arrays):
    """The named module of compiled forms, where numba is installed and can take all `arrays`; else None."""
    for x in arrays:
        if not _on_host(x) or str(x.dtype).rpartition(".")[2] not in ("float32", "float64"):
            return None
    if _forked or importlib.util.find_spec("numba") is None:
        return None
    return importlib.import_module(f"{__name__}.{module}")


def _on_device(x):
    """Whether `x` is float32 on a CUDA device: of CuPy, or of torch outside any graph."""
    if array_api_compat.is_cupy_array(x):
        return x.dtype.name == "float32"
    if not array_api_compat.is_torch_array(x) or x.device.type != "cuda" or x.requires_grad:
        return False
    return str(x.dtype) == "torch.float32"


def _fused(*arrays):
    """The module of CUDA kernels, where CuPy can build them and they can take all `arrays`; else None."""
    if not all(_on_device(x) for x in arrays) or importlib.util.find_spec("cupy") is None:
        return None
    from kinema.flow.engines import gpu

    return gpu if gpu.usable() else None


def pyramidal(*arrays):
    """The fastest form of `kinema.flow.pyramidal` for such arrays, or None for the plain one."""
    module = _compiled("cpu", *arrays) or _fused(*arrays)
    return module.pyramidal if module else None


def tv_l1(*arrays):
    """The fastest form of `kinema.flow.variational.tv_l1` for such arrays, or None for the plain one."""
    module = _compiled("cpu", *arrays)
    return module.tv_l1 if module else None


def confidence(*arrays):
    """The fastest form of `kinema.flow.pyramidal.flow_confidence` for such arrays, or None for the plain one."""
    module = _compiled("cpu", *arrays)
    return module.confidence if module else None


def smooth_flow(*arrays):
    """The fastest form of `kinema.flow.smoothing.smooth_flow` for such arrays, or None for the plain one."""
    module = _compiled("cpu_smoothing", *arrays)
    return module.smooth_flow if module else None
