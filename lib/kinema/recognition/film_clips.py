"""Clips out of films: which frames, which crop, with what label."""

import numpy as np
import torch
from torch.utils.data import Dataset

from kinema.checks import check_count
from kinema.data.video import VideoReader
from kinema.recognition.layouts import to_clip


class ClipSampler:
    """Which frames of a film make a clip, and what of each frame.

    Parameters
    ----------
    frames, step : int
        T, and the frames from one to the next.
    side : int
        Of the square crop, pixels; the frame's shorter side is first brought to 8/7 of it.
    random : bool
        Place the clip, the crop and a mirror at random, or in the middle and unmirrored.
    normalize : str
        As for `to_clip`.
    seed : int
    """

    def __init__(self, *, frames=16, step=1, side=112, random=True, normalize="plain", seed=0):
        self.frames, self.step, self.side = (check_count(v, n) for v, n in ((frames, "frames"), (step, "step"), (side, "side")))
        self.random, self.normalize, self.seed = random, normalize, seed

    def indices(self, length, rng=None):
        """Frames of the clip in a film of `length`; a film that is too short stands still at its end."""
        slack = max(0, length - (self.frames - 1) * self.step - 1)
        start = slack // 2 if rng is None else int(rng.integers(slack + 1))
        return [min(start + k * self.step, length - 1) for k in range(self.frames)]

    def crop(self, frames, rng=None):
        """(T, H, W, C) uint8 to (T, side, side, C) float32 in [0, 1]."""
        frames = torch.as_tensor(frames)
        if frames.dtype != torch.uint8:
            raise ValueError(f"frames to crop must be bytes (uint8), got {frames.dtype}")
        x = frames.permute(0, 3, 1, 2).to(torch.float32) / 255
        H, W = x.shape[-2:]
        scale = self.side * 8 / 7 / min(H, W)
        size = tuple(max(self.side, round(n * scale)) for n in (H, W))
        x = torch.nn.functional.interpolate(x, size=size, mode="bilinear", align_corners=False, antialias=True)
        top, left = ((n - self.side) // 2 if rng is None else int(rng.integers(n - self.side + 1)) for n in size)
        x = x[..., top : top + self.side, left : left + self.side]
        if rng is not None and rng.integers(2):
            x = x.flip(-1)
        return x.permute(0, 2, 3, 1).clamp(0, 1)


class FilmClips(Dataset):
    """One clip of every film.

    Parameters
    ----------
    films : Films
    sampler : ClipSampler
        A random one draws anew each time a film is asked for, from torch's generator: seeded with it, and different
        in every worker of a `DataLoader` and in every epoch.
    """

    def __init__(self, films, sampler):
        self.films, self.sampler = films, sampler

    def __len__(self):
        return len(self.films.films)

    def __getitem__(self, i):
        """(clip (3, T, side, side), label); of Charades a vector of those actions that happen during the clip."""
        film, sampler, rng = self.films.films[i], self.sampler, None
        if sampler.random:
            rng = np.random.default_rng((sampler.seed, i, int(torch.randint(2**31, ()))))
        reader = VideoReader(film.path, broken="stop")
        length = reader.frame_count_hint or sum(1 for _ in reader)
        chosen = sampler.indices(length, rng)
        frames = read_frames(reader, chosen)
        clip = to_clip(sampler.crop(frames, rng), normalize=sampler.normalize)[0]
        if isinstance(film.label, int):
            return clip, film.label
        start, end = (chosen[k] / float(reader.fps) for k in (0, -1))
        label = torch.zeros(len(self.films.classes))
        for action, begins, ends in film.label:
            if begins <= end and ends >= start:
                label[action] = 1.0
        return clip, label


def read_frames(reader, indices):
    """Frames (T, H, W, 3) of a film at the given places, in ascending order; the last that can be read for those beyond."""
    wanted, found, last = set(indices), {}, None
    for k, frame in enumerate(reader):
        last = frame
        if k in wanted:
            found[k] = frame
        if k >= indices[-1]:
            break
    return np.stack([found.get(k, last) for k in indices])
