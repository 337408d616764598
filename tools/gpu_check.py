"""Run the library's GPU half with this machine's own Python, then time it: ``make gpu-check``.

Needs CuPy or a CUDA torch. The pure-Python rest (pytest, array-api-compat) is borrowed from .venv
where this Python lacks it. Says plainly that it skipped where there is no GPU. Writes what it saw as
JSON, with the machine's name, to benchmarks/results/ (or to $OUT, if set).
"""

import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 180  # seconds for each benchmark: a machine may be lent for ten minutes, and the tests come first
BORROWED = ("array_api_compat", "pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "py.py")


def borrow(folder):
    """Link the pure-Python packages that this Python lacks from .venv into `folder`."""
    sources = list((ROOT / ".venv" / "lib").glob("python3*/site-packages"))
    for name in BORROWED:
        if importlib.util.find_spec(name.removesuffix(".py")) is None:
            for source in sources:
                if (source / name).exists():
                    (Path(folder) / name).symlink_to(source / name)


def devices():
    """GPU names by library, for those that find one."""
    found = {}
    try:
        import cupy

        if cupy.cuda.is_available():
            probe = cupy.ElementwiseKernel("float32 x", "float32 y", "y = x + 1", "probe")
            if float(probe(cupy.zeros(1, "float32"))[0]) == 1.0:
                found["cupy"] = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    except Exception as error:  # noqa: BLE001 - a broken CuPy is reported, not fatal
        print(f"CuPy cannot be used: {type(error).__name__}: {error}")
    try:
        import torch

        if torch.cuda.is_available():
            found["torch-cuda"] = torch.cuda.get_device_name(0)
    except Exception as error:  # noqa: BLE001 - likewise
        print(f"torch cannot be used: {type(error).__name__}: {error}")
    return found


def versions():
    """Versions of what takes part."""
    import importlib.metadata

    found = {"python": platform.python_version()}
    for name in ("numpy", "torch", "cupy", "cupy-cuda12x", "cupy-cuda13x", "array-api-compat"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def measured(benchmark, environment):
    """What ``python -m benchmarks.NAME`` measures, or why it could not."""
    command = [sys.executable, "-m", f"benchmarks.{benchmark}", "--json"]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "gpu.json"
        try:
            done = subprocess.run(
                [*command, str(target)],
                cwd=ROOT, capture_output=True, text=True, env=environment, check=False, timeout=LIMIT,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"error": f"not done after {LIMIT} seconds"}
        print((done.stdout + done.stderr)[-6000:])
        if target.exists():
            return json.loads(target.read_text())
        return {"error": (done.stdout + done.stderr).strip()[-2000:]}


def main():
    """Detect, test, time, write; returns pytest's exit status, or 0 when there is no GPU."""
    found = devices()
    if not found:
        print("skipped: neither CuPy nor torch finds a GPU here, so nothing of the GPU half was run")
        return 0
    start = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "tests/kinema", "-m", "gpu", "-q", "-p", "no:cacheprovider"]
    with tempfile.TemporaryDirectory() as folder:
        borrow(folder)
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(ROOT / "lib"), folder]))
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False)
        print((done.stdout + done.stderr)[-4000:])
        benchmark, training = (measured(name, environment) for name in ("gpu", "training"))
    counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", done.stdout[-200:])}
    result = {
        "devices": found,
        "platform": platform.platform(),
        "versions": versions(),
        "tests": counts,
        "benchmark": benchmark,
        "training": training,
        "seconds": round(time.perf_counter() - start, 1),
        "exit": done.returncode,
    }
    folder = Path(os.environ.get("OUT", ROOT / "benchmarks" / "results"))
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "gpu_check.json"
    target.write_text(json.dumps(result, indent=2) + "\n")
    print(f"wrote {target}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
