"""Training a network that makes the missing frames of a clip: the whole loop, on one page.

It runs on one CPU, one GPU in bfloat16, or several processes that `torchrun` starts. What step n sees follows from
(seed, n) alone; started again from its checkpoint, it ends with the weights of a run that was never stopped.
"""

import copy
import math
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from kinema.checks import check_count
from kinema.compute import best_device, join_processes, precision_on
from kinema.diffusion.captions import encode
from kinema.diffusion.conditioning import masked_loss, noised_input
from kinema.diffusion.masks import TASKS, fdm_draw, task_mask
from kinema.diffusion.schedules import cosine_schedule
from kinema.progress import progress

STEPS_OF_NOISE = 1000
WARM_UP = 200  # steps over which the rate rises
TORN = 0.5  # share of clips that are drawn in groups as FDM does; the others are neighbours, with one of the four tasks
SILENT = 0.25  # share of captions that are left out, for guidance without a classifier
WORD = 0.1  # share of the words of the others that are left out, so that "red circle" is a caption


class Batch(NamedTuple):
    """What one step learns from."""

    x0: torch.Tensor
    """(B, C, F, H, W) in [-1, 1]."""
    observed: torch.Tensor
    """bool (B, F)."""
    times: torch.Tensor
    """(B, F), frame indices."""
    words: torch.Tensor | None
    """(B, vocabulary), or None where films have no captions."""


def draw_times(rng, frames, length):
    """(times, observed) of exactly `frames` frames of a film of `length`; see `TORN`."""
    if rng.random() < TORN:
        draw = fdm_draw(rng, frames, length, fill=True)
        return draw.times, draw.observed
    task = TASKS[rng.integers(len(TASKS))]
    given = 0 if task == "unconditional" else int(rng.integers(2 if task == "interpolation" else 1, frames))
    return rng.integers(length - frames + 1) + np.arange(frames), task_mask(task, frames, given)


def draw_batch(films, rng, *, batch, frames, length):
    """A `Batch` of `batch` clips of `frames` frames out of `films`, whose first `length` frames are used."""
    clips, masks, indices, codes = [], [], [], []
    for _ in range(batch):
        i = int(rng.integers(len(films)))
        times, observed = draw_times(rng, frames, min(length, films.length_of(i)) if hasattr(films, "length_of") else length)
        clips.append(films.frames(i, times))
        masks.append(observed)
        indices.append(times)
        if films.vocabulary:
            code = encode(films.caption(i), films.vocabulary)
            codes.append(code * (rng.random() >= SILENT) * (rng.random(len(code)) >= WORD))
    x0 = torch.from_numpy(np.stack(clips)).permute(0, 4, 1, 2, 3) * 2 - 1                  # (B, C, F, H, W)
    words = torch.from_numpy(np.stack(codes)).float() if codes else None
    return Batch(x0, torch.from_numpy(np.stack(masks)), torch.from_numpy(np.stack(indices)), words)


def rate_at(step, steps, lr):
    """Learning rate: up over `WARM_UP` steps, then down to zero along half a cosine."""
    return lr * min((step + 1) / WARM_UP, 0.5 * (1 + math.cos(math.pi * step / steps)))


@torch.no_grad()
def follow(average, net, step, decay):
    """Move the weights of `average` towards those of `net`, faster at the start, when there is little to average."""
    keep = min(decay, (1 + step) / (10 + step))
    for slow, fast in zip(average.parameters(), net.parameters(), strict=True):
        slow.lerp_(fast, 1 - keep)


def fit(net, films, *, steps, frames=8, length=48, batch=8, lr=1e-3, decay=0.999, seed=0, checkpoint=None, every=500,
        device=None, look=None):  # fmt: skip
    """Train `net` to make the missing frames of clips, predicting v.

    Parameters
    ----------
    net : VideoUNet, or a network called like it
        Changed in place, moved to `device`.
    films : MovingShapes, or films like it
        See `kinema.diffusion.clips`.
    steps, batch : int
        Steps of training; clips of each, over all processes together.
    frames, length : int
        Frames of a clip, and of a film that they are drawn from.
    lr : float
        Highest rate of AdamW.
    decay : float
        Of the running average of the weights.
    seed : int
        Of clips, masks and noise.
    checkpoint : path or None
        Written every `every` steps, whole or not at all; read at the start if it exists.
    device : torch.device or None
        None takes `best_device`.
    look : callable or None
        Called with the averaged network and the step whenever a checkpoint is due.

    Returns
    -------
    average : torch.nn.Module
        The network with averaged weights, in evaluation mode.
    losses : list of float
        Mean loss of each `every` steps.

    Raises
    ------
    ValueError
        If a checkpoint is of another run, or the batch cannot be shared evenly.
    """
    rank, processes = join_processes()
    if check_count(batch, "batch") % processes:
        raise ValueError(f"a batch of {batch} cannot be shared evenly by {processes} processes")
    device = device or best_device()
    net.to(device).train()
    average = copy.deepcopy(net).requires_grad_(False)
    model = DistributedDataParallel(net) if processes > 1 else net
    optimiser = torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=0.01)
    run = {"films": type(films).__name__, "count": len(films), "size": films.size, "films_seed": getattr(films, "seed", None),
           "steps": check_count(steps, "steps"), "frames": frames, "length": length, "batch": batch, "lr": lr,
           "decay": decay, "seed": seed, "every": check_count(every, "every")}  # fmt: skip
    losses = resume(checkpoint, net, average, optimiser, run) if checkpoint and Path(checkpoint).exists() else []
    alpha_bar = torch.from_numpy(cosine_schedule(STEPS_OF_NOISE)).to(device)
    start, seen = len(losses) * every, 0.0

    numbers = range(start, steps)
    for step in progress(numbers, total=len(numbers), what="steps") if rank == 0 else numbers:
        rng = np.random.default_rng((seed, step, rank))
        clips = Batch(*(None if x is None else x.to(device) for x in draw_batch(
            films, rng, batch=batch // processes, frames=frames, length=length)))  # fmt: skip
        noise = torch.Generator().manual_seed(int(rng.integers(2**62)))
        t = torch.randint(1, STEPS_OF_NOISE + 1, (len(clips.x0),), generator=noise).to(device)
        eps = torch.randn(clips.x0.shape, generator=noise).to(device)
        x = noised_input(clips.x0, clips.observed, t, eps, alpha_bar=alpha_bar)
        with precision_on(device):
            prediction = model(x, t / STEPS_OF_NOISE, clips.observed, clips.times, clips.words)
        loss = masked_loss(prediction.float(), clips.x0, clips.observed, t, eps, kind="v", alpha_bar=alpha_bar)
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, steps, lr)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        follow(average, net, step, decay)
        seen += loss.item()
        if (step + 1) % every == 0 or step + 1 == steps:
            losses.append(shared_mean(seen / (step % every + 1), processes, device))
            seen = 0.0
            if rank == 0:
                if checkpoint:
                    save(checkpoint, net, average, optimiser, run, losses)
                if look:
                    look(average.eval(), step + 1)
            if processes > 1:
                dist.barrier()
    return average.eval(), losses


def shared_mean(value, processes, device):
    """Mean of a number over all processes."""
    if processes == 1:
        return value
    total = torch.tensor(value, dtype=torch.float64, device=device)
    dist.all_reduce(total)
    return float(total) / processes


def save(path, net, average, optimiser, run, losses):
    """Write a checkpoint under another name, then give it its own: there is never half a file."""
    draft = Path(f"{path}.part")
    torch.save({"net": net.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(), "run": run,
                "losses": losses}, draft)  # fmt: skip
    os.replace(draft, path)


def resume(path, net, average, optimiser, run):
    """Read a checkpoint into network, average and optimiser; returns the losses so far."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file fails in many ways
        raise ValueError(f"{path} cannot be read as a checkpoint: delete it to begin anew") from error
    if not isinstance(state, dict) or not {"net", "average", "optimiser", "run", "losses"} <= set(state):
        raise ValueError(f"{path} is no checkpoint of a training run: name another file, or delete this one")
    if state["run"] != run:
        other = {k: (state["run"].get(k), v) for k, v in run.items() if state["run"].get(k) != v}
        raise ValueError(f"{path} is of another run (there, here): {other}. Name another file, or delete this one")
    try:
        net.load_state_dict(state["net"])
    except RuntimeError as error:
        raise ValueError(f"{path} is of another network: {str(error).splitlines()[1].strip()}") from error
    average.load_state_dict(state["average"])
    optimiser.load_state_dict(state["optimiser"])
    return state["losses"]
