"""The shipped CUDA source through NVIDIA's own compiler, which needs no GPU: it compiles, and fits a block."""

import ctypes
import importlib.metadata
import os
import re

import pytest

from kinema.filters import gaussian_taps
from kinema.flow.engines import gpu

KERNELS = {"step", "median", "blur", "halve", "expand"}


@pytest.fixture(scope="module")
def nvrtc():
    for package in ("nvidia-cuda-nvrtc", "nvidia-cuda-nvrtc-cu12"):
        try:
            files = importlib.metadata.files(package) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        for file in files:
            if re.fullmatch(r"libnvrtc\.so\.\d+", file.name):
                return ctypes.CDLL(str(file.locate()))
    message = "NVRTC is not installed: pip install nvidia-cuda-nvrtc (Linux)"
    if os.environ.get("CI"):
        pytest.fail(message + "; in CI nothing else compiles the GPU kernels as CUDA")
    pytest.skip(message)


def compiled(nvrtc, text, *options):
    """(succeeded, log, machine code) of a CUDA C text."""
    program, size = ctypes.c_void_p(), ctypes.c_size_t()
    assert nvrtc.nvrtcCreateProgram(ctypes.byref(program), text.encode(), b"pyramidal.cu", 0, None, None) == 0
    options = [b"--std=c++17", *(o.encode() for o in options)]
    status = nvrtc.nvrtcCompileProgram(program, len(options), (ctypes.c_char_p * len(options))(*options))
    nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    nvrtc.nvrtcGetProgramLog(program, log)
    code = ctypes.create_string_buffer(0)
    if status == 0:
        nvrtc.nvrtcGetCUBINSize(program, ctypes.byref(size))
        code = ctypes.create_string_buffer(size.value)
        assert nvrtc.nvrtcGetCUBIN(program, code) == 0
    nvrtc.nvrtcDestroyProgram(ctypes.byref(program))
    return status == 0, log.value.decode(errors="replace"), code.raw


def source(window=11, median=5, blur=0.5):
    return gpu.source(gaussian_taps(window / 5, radius=window // 2), median, blur)


def resources(log):
    """Registers and bytes of shared memory and of spilled registers by kernel, from the assembler's report."""
    found = {}
    for part in log.split("Compiling entry function ")[1:]:
        name = re.match(r"'(\w+)'", part)[1]
        registers, spilled = re.search(r"Used (\d+) registers", part), re.search(r"(\d+) bytes spill stores", part)
        shared = re.search(r"(\d+) bytes smem", part)
        found[name] = int(registers[1]), int(shared[1]) if shared else 0, int(spilled[1])
    return found


@pytest.mark.parametrize("architecture", ["sm_80", "sm_90"])
@pytest.mark.parametrize("options", [{}, {"window": 21, "median": 9}, {"window": 1, "median": 1, "blur": 0}], ids=str)
def test_the_kernels_compile_to_machine_code_and_fit_a_block(nvrtc, architecture, options):
    target = f"--gpu-architecture={architecture}"
    succeeded, log, code = compiled(nvrtc, source(**options), target, "--ptxas-options=-v")
    assert succeeded, log
    assert "warning" not in log, log
    assert code.startswith(b"\x7fELF") and all(name.encode() in code for name in KERNELS)
    used = resources(log)
    assert set(used) == KERNELS
    for name, (registers, shared, spilled) in used.items():
        assert registers * gpu.THREADS <= 65536, name  # registers of a multiprocessor, or the kernel cannot start
        assert shared == (gpu.shared_bytes(options.get("window", 11)) if name == "step" else 0)
        assert spilled == 0, name


def test_the_largest_window_that_is_said_to_fit_does_and_the_next_does_not(nvrtc):
    largest = max(window for window in range(1, 101, 2) if gpu.fits(window, 5))
    assert compiled(nvrtc, source(window=largest), "--gpu-architecture=sm_90")[0]
    succeeded, log, _ = compiled(nvrtc, source(window=largest + 2), "--gpu-architecture=sm_90")
    assert not succeeded and "too large for a block's shared memory" in log


def test_a_slip_in_the_source_is_found(nvrtc):
    succeeded, log, _ = compiled(nvrtc, source().replace("rsqrtf(", "rsqrtff("), "--gpu-architecture=sm_90")
    assert not succeeded and "rsqrtff" in log
