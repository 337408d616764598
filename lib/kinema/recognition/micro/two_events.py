"""Long films whose label needs two moments far apart: what a short clip cannot know."""

import numpy as np
import torch
from torch.utils.data import Dataset

from kinema.checks import check_count


class TwoEvents(Dataset):
    """Do the two flashes have the same colour (1) or not (0)?

    A film of noise in which a patch lights up twice, red or blue each time, `apart` seconds from each other. All four
    pairs of colours are equally frequent, so that either flash alone says nothing: whoever sees only one is right in
    exactly half of the films, whatever the answer given to each colour.

    Parameters
    ----------
    count : int
        Films; a multiple of 4.
    seconds : float
        Length of a film.
    apart, flash : float
        Between the flashes, and how long each lasts, seconds.
    rate : float
        Frames per second.
    size : int
        Side of the square frames, pixels.
    seed : int

    Raises
    ------
    ValueError
        If `count` is no multiple of 4, the flashes do not fit into the film or last less than a frame, or a frame is too
        small for a flash.
    """

    classes = ("different", "same")

    def __init__(self, count, *, seconds=60.0, apart=20.0, flash=0.5, rate=4.0, size=16, seed=0):
        if check_count(count, "count") % 4:
            raise ValueError(f"count must be a multiple of 4, one for each pair of colours; got {count}")
        if flash * rate < 1:
            raise ValueError(f"a flash of {flash} s is shorter than a frame at {rate} per second")
        if seconds < apart + 2 * flash:
            raise ValueError(f"flashes {apart} s apart do not fit into {seconds} s")
        if check_count(size, "size") < 4:
            raise ValueError(f"size must be at least 4 pixels, since a flash is half as wide; got {size}")
        self.count, self.seconds, self.apart, self.flash = count, seconds, apart, flash
        self.rate, self.size, self.seed = rate, size, seed

    def __len__(self):
        return self.count

    def events(self, i):
        """(start in seconds, colour) of both flashes; colour 0 is red, 1 is blue."""
        rng = np.random.default_rng((self.seed, 2, i))
        first = rng.uniform(0, self.seconds - self.apart - self.flash)
        return [(first, i % 2), (first + self.apart, i // 2 % 2)]

    def __getitem__(self, i):
        if not 0 <= i < self.count:
            raise IndexError(i)
        frames = round(self.seconds * self.rate)
        generator = torch.Generator().manual_seed((self.seed * 1_000_003 + i) % 2**63)
        film = 0.3 + 0.1 * torch.randn(3, frames, self.size, self.size, generator=generator)
        quarter = self.size // 4
        place = torch.randint(0, self.size - 2 * quarter + 1, (2, 2), generator=generator).tolist()
        events = self.events(i)
        for (start, colour), (y, x) in zip(events, place, strict=True):
            t0 = round(start * self.rate)
            t1 = t0 + max(1, round(self.flash * self.rate))
            film[2 * colour, t0:t1, y : y + 2 * quarter, x : x + 2 * quarter] += 0.6
        return film.clamp(0, 1), int(events[0][1] == events[1][1])
