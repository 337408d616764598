"""Where networks compute: on which device, in which precision, beside which other processes."""

import os

import torch
import torch.distributed as dist


def best_device():
    """A GPU of this process's own if there is one, else the CPU."""
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if torch.cuda.is_available() else torch.device("cpu")


def precision_on(device):
    """What to multiply in: bfloat16 on a GPU that has it, else float32. The weights stay float32."""
    halves = device.type == "cuda" and torch.cuda.is_bf16_supported()
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=halves)


def join_processes():
    """Meet the other processes that `torchrun` started; returns (rank, how many), (0, 1) alone."""
    if "RANK" not in os.environ:
        return 0, 1
    if not dist.is_initialized():
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return dist.get_rank(), dist.get_world_size()
