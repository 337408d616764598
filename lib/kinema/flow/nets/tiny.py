"""A flow network small enough to train while you read: pairs made on the fly, and the training loop.

The network is PWC-Net cut down to one level: features at 1/4 of the resolution, one cost volume that compares each
with its neighbours in the second frame, and a few convolutions that read flow from it. `make_batch` draws random
textures that move in front of each other, so that the exact flow is known everywhere.
"""

import math
import time
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kinema.flow.nets.layers import conv, correlation
from kinema.flow.nets.losses import multiscale_epe
from kinema.flow.nets.network import FlowNetwork

FINEST = 0.35  # cycles per pixel: textures stay below the finest pattern that pixels can hold (0.5)


class TinyFlowNet(FlowNetwork):
    """Features, one cost volume, a decoder.

    Parameters
    ----------
    radius : int
        Reach of the cost volume at 1/4 of the resolution; motions up to 4 * radius pixels can be found.
    width : int
        Channels of the features.
    """

    multiple = 4

    def __init__(self, *, radius=2, width=32):
        super().__init__()
        self.radius = radius
        self.features = nn.Sequential(
            conv(3, 16, 5, stride=2), conv(16, width, stride=2), nn.Conv2d(width, width, 3, padding=1)
        )
        self.sharpness = nn.Parameter(torch.tensor(10.0))
        side = 2 * radius + 1
        self.decoder = nn.Sequential(
            conv(side**2 + width + 2, 64), conv(64, 48), conv(48, 32), nn.Conv2d(32, 2, 3, padding=1)
        )
        d = torch.arange(-radius, radius + 1.0)
        dx_dy = torch.stack([d.repeat(side), d.repeat_interleave(side)])            # (2, D²), in the volume's order
        self.register_buffer("d", dx_dy, persistent=False)

    def predictions(self, I0, I1):
        """Two flows at 1/4 of the size, pixels of the frame: the mean displacement by likelihood, and the final one."""
        self.check_size(I0, I1)
        f0, f1 = (F.normalize(self.features(2 * frame - 1), dim=1) for frame in (I0, I1))
        cosines = correlation(f0, f1, self.radius) * f0.shape[1]                    # (B, D², H/4, W/4)
        likelihood = torch.softmax(self.sharpness * cosines, dim=1)
        likely = torch.einsum("bdhw,cd->bchw", likelihood, self.d)                  # (B, 2, H/4, W/4)
        flow = likely + self.decoder(torch.cat([cosines, f0, likely], dim=1))
        return [4 * likely, 4 * flow]


def tiny_flow_net(seed=0):
    """`TinyFlowNet` with weights drawn from `seed`; torch's own random state is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return TinyFlowNet()


def _noise(rng, shape):
    return rng.standard_normal(shape, dtype=np.float32) + 1j * rng.standard_normal(shape, dtype=np.float32)


def moving_textures(rng, motion, size):
    """Random colour textures, and the same moved: shifted exactly, in the frequency domain.

    Parameters
    ----------
    rng : numpy.random.Generator
    motion : array, shape (..., 2)
        (u, v) of each texture, pixels.
    size : int
        Side of the square pictures.

    Returns
    -------
    first, second : array, shape (..., 3, size, size)
        Brightness in [0, 1], with ``first(x) = second(x + motion)`` but for rounding at the ends of the range.
    """
    n = size + 2 * math.ceil(float(np.abs(motion).max(initial=0)))  # a shifted spectrum wraps round: cut that off
    fy, fx = np.fft.fftfreq(n).astype(np.float32)[:, None], np.fft.rfftfreq(n).astype(np.float32)
    f = np.hypot(fx, fy)
    draw = (*motion.shape[:-1], 1, 1, 1)
    slope = rng.uniform(0.8, 1.8, draw).astype(np.float32)  # coarse textures and fine ones
    amplitude = np.where((f > 0) & (f < FINEST), np.maximum(f, 1 / n) ** -slope, 0)
    shared, own = (_noise(rng, (*motion.shape[:-1], channels, *f.shape)) for channels in (1, 3))
    spectrum = amplitude * (2 * shared + own)  # colours go together, not quite
    u, v = (motion[..., k, None, None, None].astype(np.float32) for k in (0, 1))
    moved = spectrum * np.exp(np.float32(-2 * np.pi) * 1j * (fx * u + fy * v))
    middle = (..., slice((n - size) // 2, (n + size) // 2), slice((n - size) // 2, (n + size) // 2))
    first, second = (np.fft.irfft2(s, s=(n, n))[middle] for s in (spectrum, moved))
    contrast = rng.uniform(0.1, 0.22, draw) / first.std(axis=(-3, -2, -1), keepdims=True)
    mean = rng.uniform(0.25, 0.75, (*motion.shape[:-1], 3, 1, 1))
    return tuple(np.clip(mean + contrast * x, 0, 1) for x in (first, second))


def moving_shapes(rng, motion, size):
    """Masks of random ellipses and rounded boxes, and the same moved; the first of each scene fills the frame.

    Parameters
    ----------
    rng, motion, size
        As for `moving_textures`; motion has shape (..., layers, 2).

    Returns
    -------
    first, second : array, shape (..., layers, size, size)
        Between 0 and 1; the rim is one pixel wide.
    """
    draw = (*motion.shape[:-1], 1, 1)
    cx, cy = (rng.uniform(0, size, draw) for _ in range(2))
    rx, ry = (rng.uniform(size / 8, size / 3, draw) for _ in range(2))
    turn = rng.uniform(0, np.pi, draw)
    power = rng.choice([2.0, 6.0], draw)  # ellipse or box
    y, x = np.mgrid[:size, :size]

    def mask(u, v):
        a, b = x - cx - u, y - cy - v
        p, q = a * np.cos(turn) + b * np.sin(turn), b * np.cos(turn) - a * np.sin(turn)
        reach = ((np.abs(p) / rx) ** power + (np.abs(q) / ry) ** power) ** (1 / power)  # 1 on the rim
        inside = np.clip(0.5 + (1 - reach) * np.minimum(rx, ry), 0, 1)
        inside[..., 0, :, :] = 1
        return inside

    return mask(0, 0), mask(*(motion[..., k, None, None] for k in (0, 1)))


def make_batch(rng, *, size=48, batch=8, max_motion=8.0, patches=2):
    """Pairs of colour frames with exact flow: a background and patches, each textured and moving on its own.

    Parameters
    ----------
    rng : numpy.random.Generator
        The same generator state gives the same batch.
    size : int
        Side of the square frames, pixels.
    batch : int
        Number of pairs.
    max_motion : float
        Every layer moves by a random length up to this, pixels/frame, in a random direction.
    patches : int
        Patches in front of the background.

    Returns
    -------
    I0, I1 : tensor, shape (batch, 3, size, size)
        Frames in [0, 1], float32.
    flow : tensor, shape (batch, 2, size, size)
        Motion of whatever I0 shows at each pixel, also where I1 hides it.
    """
    speed, angle = rng.uniform(0, max_motion, (batch, patches + 1)), rng.uniform(0, 2 * np.pi, (batch, patches + 1))
    motion = np.stack([speed * np.cos(angle), speed * np.sin(angle)], axis=-1)     # (B, layers, 2)
    textures, masks = moving_textures(rng, motion, size), moving_shapes(rng, motion, size)
    I0, I1, flow = 0, 0, 0
    for layer in range(patches + 1):                                               # back to front
        m0, m1 = (m[:, layer, None] for m in masks)                                # (B, 1, H, W)
        I0 = I0 + m0 * (textures[0][:, layer] - I0)
        I1 = I1 + m1 * (textures[1][:, layer] - I1)
        flow = np.where(m0 > 0.5, motion[:, layer, :, None, None], flow)
    return tuple(torch.as_tensor(x, dtype=torch.float32) for x in (I0, I1, flow))


class History(NamedTuple):
    """What `train` saw: the loss of every step, and how long it took."""

    losses: list
    seconds: float


def train(net, *, steps=600, seconds=None, seed=0, lr=4e-3, batch=8, size=48, max_motion=8.0, progress=None):
    """Train `net` on pairs made on the fly; no pair is seen twice.

    Parameters
    ----------
    net : FlowNetwork
        Changed in place, and left in evaluation mode.
    steps : int
        Batches to train on. The learning rate falls to zero over them along half a cosine.
    seconds : float or None
        Stop after this time even if steps are left; then the result depends on the machine.
    seed : int
        Same seed, same pairs; on one machine, the same weights.
    lr : float
        Highest learning rate, of Adam.
    batch, size, max_motion
        As for `make_batch`.
    progress : callable or None
        Called as progress(step, loss) after each step.

    Returns
    -------
    History
        The loss is the end-point error of the last prediction, on its own grid, plus a fifth of the earlier ones'.
    """
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.Adam(net.parameters(), lr=lr)
    losses, start = [], time.perf_counter()
    net.train()
    for step in range(steps):
        elapsed = time.perf_counter() - start
        if seconds is not None and elapsed >= seconds:
            break
        done = max(step / steps, 0 if seconds is None else elapsed / seconds)
        for group in optimiser.param_groups:
            group["lr"] = lr * min(1, (step + 1) / 20) * (1 + math.cos(math.pi * done)) / 2
        I0, I1, flow = make_batch(rng, size=size, batch=batch, max_motion=max_motion)
        predictions = net.predictions(I0, I1)
        weights = [0.2] * (len(predictions) - 1) + [1.0]
        loss = multiscale_epe(predictions, flow, weights=weights, scale=1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        if progress is not None:
            progress(step, losses[-1])
    net.eval()
    return History(losses, time.perf_counter() - start)
