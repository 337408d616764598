"""Training a network that recognises clips: the whole loop, on one page.

It runs on whatever is there: one CPU, one GPU in bfloat16, or several processes that `torchrun` starts. A checkpoint is
written after every epoch; started again, it goes on after the last, and ends with the weights of a run that was never
stopped.
"""

import os
from pathlib import Path
from typing import NamedTuple

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler

from kinema.checks import check_count
from kinema.compute import best_device, join_processes, precision_on
from kinema.progress import progress


class Epoch(NamedTuple):
    """What one pass over the data came to."""

    loss: float
    accuracy: float
    unseen: float | None = None
    """Accuracy on the clips that `fit` was only to be judged by, after this pass."""


def fit(net, data, *, epochs, batch=16, lr=1e-3, weight_decay=0.01, seed=0, checkpoint=None, device=None, workers=0, unseen=None):
    """Train `net` to give each clip of `data` its label.

    Parameters
    ----------
    net : torch.nn.Module
        Called with the clips of a batch; returns logits. Changed in place, moved to `device`, left in evaluation mode.
    data : torch.utils.data.Dataset
        Items (clip, label); a label is a class, or a vector of zeros and ones where several may hold.
    epochs, batch : int
        Passes over the data; clips of a batch, over all processes together.
    lr, weight_decay : float
        Of AdamW. The rate falls to zero along half a cosine.
    seed : int
        Of the order of the clips.
    checkpoint : path or None
        Written after each epoch, whole or not at all; read at the start if it exists.
    device : torch.device or None
        None takes `best_device`.
    workers : int
        Processes that prepare clips.
    unseen : torch.utils.data.Dataset or None
        Clips to be judged by after every epoch, never learned from.

    Returns
    -------
    list of Epoch

    Raises
    ------
    ValueError
        If a checkpoint is of another run (network, data or settings), or there are no data.
    """
    if not len(data):
        raise ValueError("there are no clips to learn from")
    rank, processes = join_processes()
    if check_count(batch, "batch") % processes:
        raise ValueError(f"a batch of {batch} cannot be shared evenly by {processes} processes")
    device = device or best_device()
    net.to(device).train()
    model = DistributedDataParallel(net) if processes > 1 else net
    optimiser = torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, check_count(epochs, "epochs"))
    sampler = DistributedSampler(data, processes, rank, shuffle=True, seed=seed)
    loader = DataLoader(data, batch // processes, sampler=sampler, num_workers=workers, pin_memory=device.type == "cuda")
    run = {**described(data), "epochs": epochs, "batch": batch, "lr": lr, "weight_decay": weight_decay, "seed": seed}
    history = resume(checkpoint, net, optimiser, schedule, run) if checkpoint and Path(checkpoint).exists() else []

    for epoch in range(len(history), epochs):
        sampler.set_epoch(epoch)                                                # another order each time
        torch.manual_seed(seed * 1009 + epoch)                                  # the same dropout after a restart
        seen = torch.zeros(3, dtype=torch.float64, device=device)               # loss, right answers, clips
        steps = progress(loader, total=len(loader), what=f"batches of epoch {epoch + 1}") if rank == 0 else loader
        for clips, labels in steps:
            clips, labels = clips.to(device, non_blocking=True), labels.to(device, non_blocking=True)
            with precision_on(device):
                logits = model(clips)
            loss = loss_of(logits.float(), labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            right = correct(logits.detach(), labels)
            seen += torch.tensor([loss.item() * len(clips), right, len(clips)], dtype=torch.float64, device=device)
        schedule.step()
        if processes > 1:
            dist.all_reduce(seen)
        judged = None if unseen is None else accuracy(net, unseen, batch=batch, device=device)
        net.train()
        history.append(Epoch(float(seen[0] / seen[2]), float(seen[1] / seen[2]), judged))
        if checkpoint and rank == 0:
            save(checkpoint, net, optimiser, schedule, run, history)
        if processes > 1:
            dist.barrier()
    net.eval()
    return history


def described(data):
    """What tells a data set from another, as plain values: its kind, number and shape of clips, classes, seed."""
    clip = data[0][0]
    classes = getattr(data, "classes", None) or getattr(getattr(data, "films", None), "classes", None)
    names = None if classes is None else list(classes)
    return {"data": type(data).__name__, "clips": len(data), "shape": list(clip.shape), "classes": names,
            "data_seed": getattr(data, "seed", None)}  # fmt: skip


def loss_of(logits, labels):
    """Cross-entropy of one class, or of each class by itself where labels are vectors."""
    if labels.ndim == logits.ndim:
        return F.binary_cross_entropy_with_logits(logits, labels.to(logits.dtype))
    return F.cross_entropy(logits, labels)


def correct(logits, labels):
    """How many clips of a batch are answered right: the largest score is a label."""
    best = logits.argmax(dim=1)
    hit = labels.gather(1, best[:, None])[:, 0] > 0 if labels.ndim == logits.ndim else best == labels
    return int(hit.sum())


def save(path, net, optimiser, schedule, run, history):
    """Write a checkpoint under another name, then give it its own: there is never half a file."""
    state = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict()}
    draft = Path(f"{path}.part")
    torch.save({**state, "run": run, "history": [tuple(epoch) for epoch in history]}, draft)
    os.replace(draft, path)


def resume(path, net, optimiser, schedule, run):
    """Read a checkpoint into network, optimiser and schedule; returns the history so far."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file fails in many ways
        raise ValueError(f"{path} cannot be read as a checkpoint: delete it to begin anew") from error
    if not isinstance(state, dict) or not {"net", "optimiser", "schedule", "run", "history"} <= set(state):
        raise ValueError(f"{path} is no checkpoint of a training run: name another file, or delete this one")
    if state["run"] != run:
        other = {k: (state["run"].get(k), v) for k, v in run.items() if state["run"].get(k) != v}
        raise ValueError(f"{path} is of another run (there, here): {other}. Name another file, or delete this one")
    there, here = ({k: tuple(v.shape) for k, v in s.items()} for s in (state["net"], net.state_dict()))
    if there != here:
        other = next(k for k in {**there, **here} if there.get(k) != here.get(k))
        raise ValueError(f"{path} is of another network: {other} is {there.get(other)} there and {here.get(other)} here")
    net.load_state_dict(state["net"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    return [Epoch(*epoch) for epoch in state["history"]]


def accuracy(net, data, *, batch=32, device=None):
    """Share of the clips of `data` that `net`, in evaluation mode, answers right; ValueError if there are none."""
    if not len(data):
        raise ValueError("there are no clips to judge by")
    device = device or best_device()
    net.to(device).eval()
    right = 0
    with torch.no_grad(), precision_on(device):
        for clips, labels in DataLoader(data, batch):
            right += correct(net(clips.to(device)).float(), labels.to(device))
    return right / len(data)
