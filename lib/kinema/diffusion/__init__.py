"""Diffusion, from one dimension to films.

Schedules, the arithmetic of noising and denoising, samplers and exact denoisers compute in the array namespace of what
they are given. The networks, `nets`, and what trains them import torch.

In this part `t` is the noise step, from 1 to T, and `t = 0` means clean; so frames are counted by F, and a clip is
``(B, C, F, H, W)`` with values in [-1, 1].
"""
