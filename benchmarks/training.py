"""A training step of C3D and of Nonlocal R50 on a GPU, in float32 and in bfloat16: seconds, their ratio, memory.

``python -m benchmarks.training [--json FILE]``. Both run on the same clips in one process; the weights stay float32,
as in `kinema.recognition.training`. Without a CUDA GPU it says so and measures nothing.
"""

import argparse
import contextlib
import json
import math
import sys
import time

import torch

from kinema.recognition.bottleneck3d import nonlocal_r50
from kinema.recognition.c3d import c3d

STEPS = 3  # timed, after one to warm up
# Name -> (network, clips of a batch and their shape), as published.
SYSTEMS = {"c3d": (c3d, (8, 3, 16, 112, 112)), "nonlocal_r50": (nonlocal_r50, (2, 3, 128, 224, 224))}


def train_steps(build, shape, device, half, steps=STEPS):
    """Losses, seconds a step and the peak of memory of a few training steps on one batch.

    Parameters
    ----------
    build : callable
        Makes the network.
    shape : tuple
        Of the batch, (B, C, T, H, W).
    device : torch.device
    half : bool
        Whether to multiply in bfloat16.
    steps : int
        Timed ones; one more comes first.

    Returns
    -------
    dict
    """
    torch.manual_seed(0)
    net = build().to(device).train()
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-4)
    clips = torch.rand(shape, device=device)
    labels = torch.arange(shape[0], device=device) % 2
    cuda = device.type == "cuda"
    wait = torch.cuda.synchronize if cuda else (lambda: None)
    if cuda:
        torch.cuda.reset_peak_memory_stats()
    losses, seconds = [], []
    for _ in range(steps + 1):
        wait()
        start = time.perf_counter()
        with torch.autocast(device.type, dtype=torch.bfloat16) if half else contextlib.nullcontext():
            logits = net(clips)
        loss = torch.nn.functional.cross_entropy(logits.float(), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        wait()
        seconds.append(time.perf_counter() - start)
        losses.append(loss.item())
    if not all(map(math.isfinite, losses)):
        raise RuntimeError(f"the loss is no number: {losses}")
    timed = sorted(seconds[1:])
    memory = round(torch.cuda.max_memory_allocated() / 2**30, 2) if cuda else None
    return {"losses": losses, "seconds": timed[len(timed) // 2], "peak_gib": memory}


def measure(device, systems=None):
    """Both precisions of each network as a plain dict; what fails stands with its reason."""
    found = {}
    for name, (build, shape) in (systems or SYSTEMS).items():
        found[name] = {"batch": list(shape)}
        try:
            for kind in ("float32", "bfloat16"):
                found[name][kind] = train_steps(build, shape, device, kind == "bfloat16")
            found[name]["bfloat16_speedup"] = round(found[name]["float32"]["seconds"] / found[name]["bfloat16"]["seconds"], 2)
        except Exception as error:  # noqa: BLE001 - what the other network measured is worth keeping
            found[name]["error"] = f"{type(error).__name__}: {error}"
    return found


def main(arguments=None):
    """Measure, print and write; returns 1 if a network failed, 0 where there is no GPU to measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="FILE", help="write the measurements to this file")
    options = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print("skipped: torch finds no CUDA GPU here, so nothing was measured")
        return 0
    found = measure(torch.device("cuda"))
    text = json.dumps(found, indent=2)
    print(text)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    return 1 if any("error" in one for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
