"""Point-light walkers: a dozen dots on the joints of someone walking, and nothing else.

After Johansson (1973), who filmed actors with lamps on their joints; the figure here is computed, each joint's angle
a few sine waves of the step, in the manner of Cutting (1978).
"""

import math

import numpy as np
import torch
from torch.utils.data import Dataset

from kinema.checks import check_choice, check_count

JOINTS = (
    "head", "near shoulder", "far shoulder", "near elbow", "far elbow", "near wrist", "far wrist",
    "hip", "near knee", "far knee", "near ankle", "far ankle",
)  # fmt: skip
THIGH, SHIN, TRUNK, NECK, UPPER_ARM, FOREARM = 0.245, 0.246, 0.30, 0.17, 0.17, 0.16  # fractions of the body's height


def walker(phase):
    """Joints of someone who walks to the right in place, seen from the side.

    Parameters
    ----------
    phase : array, shape (T,)
        Of the stride, radians: 2 pi is two steps.

    Returns
    -------
    array, shape (T, 12, 2)
        (x, y) of `JOINTS`, in body heights: x to the right, y down, the hip's mean place at the origin.
    """
    phase = np.asarray(phase, dtype=np.float64)
    points = {}
    bob = 0.015 * np.cos(2 * phase)                                              # the hip rises twice a stride
    hip = np.stack([np.zeros_like(phase), bob], axis=-1)
    points["hip"] = hip
    lean = 0.06
    neck = hip + TRUNK * np.array([math.sin(lean), -math.cos(lean)])
    points["head"] = neck + np.array([0.03, -NECK])

    def limb(start, angle, length):
        """End of a limb that hangs from `start`, swung forward by `angle`."""
        return start + length * np.stack([np.sin(angle), np.cos(angle)], axis=-1)

    for side, offset in (("near", 0.0), ("far", math.pi)):
        p = phase + offset
        thigh = 0.08 + 0.40 * np.cos(p)
        bend = 0.30 + 0.60 * np.maximum(0, -np.sin(p + 0.35))                    # the knee bends while the leg swings
        points[f"{side} knee"] = limb(hip, thigh, THIGH)
        points[f"{side} ankle"] = limb(points[f"{side} knee"], thigh - bend, SHIN)
        arm = -0.35 * np.cos(p)                                                  # against the leg of its side
        shoulder = neck + np.stack([0.02 * np.cos(p), np.zeros_like(p)], axis=-1)
        points[f"{side} shoulder"] = shoulder
        points[f"{side} elbow"] = limb(shoulder, arm, UPPER_ARM)
        points[f"{side} wrist"] = limb(points[f"{side} elbow"], arm + 0.35 + 0.15 * np.sin(p), FOREARM)
    return np.stack([points[name] for name in JOINTS], axis=1)


def draw_points(points, size, *, radius=1.0):
    """White dots on black.

    Parameters
    ----------
    points : array, shape (T, N, 2)
        (x, y), pixels.
    size : int
        Side of the square frames.
    radius : float
        Of a dot, pixels; its rim falls off like a Gaussian.

    Returns
    -------
    tensor, shape (3, T, size, size)
    """
    points = torch.as_tensor(points, dtype=torch.float32)
    grid = torch.arange(size, dtype=torch.float32)
    dx, dy = (torch.exp(-((grid - points[..., axis, None]) ** 2) / (2 * radius**2)) for axis in (0, 1))  # (T, N, size)
    frames = (dy[..., :, None] * dx[..., None, :]).amax(dim=1)                   # (T, H, W)
    return frames.expand(3, *frames.shape).clone()


class PointLights(Dataset):
    """Does the figure walk to the left (0) or to the right (1)? It stays in place, as on a treadmill.

    Parameters
    ----------
    count : int
        Clips; even. Clip 2k + 1 is the mirror image of clip 2k.
    kind : {"upright", "inverted", "scrambled"}
        Inverted is upside down. Scrambled keeps every dot's own motion, but moves its place at random: the same
        lights, no body.
    lamps : sequence of str
        Which of `JOINTS` carry a lamp.
    frames, size : int
    seed : int

    Raises
    ------
    ValueError
        If `count` is odd, `kind` is none of these, or `lamps` names no joint or an unknown one.
    """

    classes = ("left", "right")

    def __init__(self, count, *, kind="upright", lamps=JOINTS, frames=16, size=32, seed=0):
        if check_count(count, "count") % 2:
            raise ValueError(f"count must be even, since clips come in mirrored pairs; got {count}")
        self.kind = check_choice(kind, ("upright", "inverted", "scrambled"), "kind")
        self.lamps = [JOINTS.index(check_choice(name, JOINTS, "each lamp")) for name in lamps]
        if not self.lamps:
            raise ValueError(f"lamps must name at least one of {', '.join(JOINTS)}")
        self.count, self.frames, self.size, self.seed = count, frames, size, seed

    def __len__(self):
        return self.count

    def points(self, i):
        """(T, lamps, 2), pixels."""
        rng = np.random.default_rng((self.seed, 3, i // 2))
        step = 2 * math.pi / rng.uniform(14, 20)                                 # radians per frame
        height = rng.uniform(0.6, 0.8) * self.size
        points = walker(rng.uniform(0, 2 * math.pi) + step * np.arange(self.frames)) * height
        if self.kind == "scrambled":
            home = points.mean(axis=0, keepdims=True)
            points = points - home + rng.uniform(-0.45, 0.45, (1, len(JOINTS), 2)) * height
        if self.kind == "inverted":
            points = points * np.array([1, -1])
        points = points + rng.uniform(-0.05, 0.05, 2) * self.size
        if i % 2:
            points = points * np.array([-1, 1])
        return points[:, self.lamps] + 0.5 * (self.size - 1)

    def __getitem__(self, i):
        if not 0 <= i < self.count:
            raise IndexError(i)
        return draw_points(self.points(i), self.size), 1 - i % 2
