"""Folders of films with their official lists: UCF101, HMDB51, Kinetics, Charades.

A reader returns the films of a split and their labels; `FilmClips` cuts a clip out of each as it is asked for. A line
that cannot be read is an error that names file and line; a film that the list names and the folder lacks is one too,
unless ``missing="skip"``, and then it is listed in `absent`.
"""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import Dataset

from kinema.checks import check_choice, check_count
from kinema.data.video import VideoReader
from kinema.recognition.layouts import to_clip


class Film(NamedTuple):
    """A film and what it shows."""

    path: Path
    label: int | tuple
    """A class, or (class, start, end) triples in seconds where several happen."""


class Films(NamedTuple):
    """One split of a data set."""

    films: list
    classes: list
    absent: list
    """Paths that the list names and the folder lacks."""


def _lines(path):
    """(number, text) of each line that is not empty."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: it comes with the data set's lists")
    return [(n, line.strip()) for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if line.strip()]


def _bad(path, number, line, expected):
    return ValueError(f"{path}, line {number}: {line!r} is not {expected}")


def _collect(entries, classes, missing):
    """`Films` of (path, label) pairs, with what is not there refused or set aside."""
    check_choice(missing, ("raise", "skip"), "missing")
    there = [Film(path, label) for path, label in entries if path.is_file()]
    absent = [path for path, _ in entries if not path.is_file()]
    if absent and missing == "raise":
        raise FileNotFoundError(f"{len(absent)} of {len(entries)} films are missing, the first is {absent[0]}: "
                                "get them, or go on without them by missing='skip'")  # fmt: skip
    if not there:
        raise ValueError("no film of this split is there")
    return Films(there, classes, absent)


def ucf101(folder, *, split="train", fold=1, missing="raise"):
    """UCF101: ``CLASS/v_CLASS_gNN_cNN.avi``, lists in ``ucfTrainTestlist``.

    Parameters
    ----------
    folder : path
        Holds the classes' folders (or ``UCF-101`` with them) and ``ucfTrainTestlist``.
    split : {"train", "test"}
    fold : {1, 2, 3}
    missing : {"raise", "skip"}
    """
    folder = Path(folder)
    lists, root = folder / "ucfTrainTestlist", folder / "UCF-101" if (folder / "UCF-101").is_dir() else folder
    numbers = {}
    index = lists / "classInd.txt"
    for n, line in _lines(index):
        parts = line.split()
        if len(parts) != 2 or not parts[0].isdigit():
            raise _bad(index, n, line, "'NUMBER CLASS'")
        numbers[parts[1]] = int(parts[0]) - 1
    classes = sorted(numbers, key=numbers.get)
    path = lists / f"{check_choice(split, ('train', 'test'), 'split')}list{check_choice(fold, (1, 2, 3), 'fold'):02d}.txt"
    entries = []
    for n, line in _lines(path):
        name = line.split()[0]
        label = name.partition("/")[0]
        if label not in numbers:
            raise _bad(path, n, line, "'CLASS/FILM.avi [NUMBER]' of a class in classInd.txt")
        entries.append((root / name, numbers[label]))
    return _collect(entries, classes, missing)


def hmdb51(folder, *, split="train", fold=1, missing="raise"):
    """HMDB51: ``CLASS/FILM.avi``, lists in ``testTrainMulti_7030_splits`` (1 train, 2 test, 0 neither).

    Parameters as for `ucf101`.
    """
    folder = Path(folder)
    lists = folder / "testTrainMulti_7030_splits"
    check_choice(split, ("train", "test"), "split")
    ending = f"_test_split{check_choice(fold, (1, 2, 3), 'fold')}.txt"
    paths = sorted(lists.glob(f"*{ending}"))
    if not paths:
        raise FileNotFoundError(f"{lists} holds no list *{ending}")
    classes, entries = [path.name.removesuffix(ending) for path in paths], []
    wanted = "1" if split == "train" else "2"
    for label, path in enumerate(paths):
        for n, line in _lines(path):
            name, _, flag = line.rpartition(" ")
            if not name or flag not in ("0", "1", "2"):
                raise _bad(path, n, line, "'FILM.avi 0|1|2'")
            if flag == wanted:
                entries.append((folder / classes[label] / name.strip(), label))
    return _collect(entries, classes, missing)


def kinetics(folder, *, split="train", missing="raise"):
    """Kinetics: ``SPLIT/CLASS/ID_START_END.mp4`` (or without the class's folder), list in ``SPLIT.csv``.

    The list has the columns label, youtube_id, time_start, time_end. Classes are numbered in the alphabetical order of
    ``train.csv`` where that is there, so that all splits agree; else in that of the split's own list.
    Parameters as for `ucf101`; many films of the list are gone from the network, hence ``missing="skip"``.
    """
    folder = Path(folder)
    path = folder / f"{check_choice(split, ('train', 'val', 'validate', 'test'), 'split')}.csv"
    rows = list(_table(path, ("label", "youtube_id", "time_start", "time_end")))
    first = folder / "train.csv"
    named = _table(first, ("label",)) if first.is_file() else rows
    classes = sorted({row["label"] for _, row in named})
    entries = []
    for n, row in rows:
        if row["label"] not in classes:
            raise _bad(path, n, row["label"], f"a class of {first.name}")
        try:
            start, end = (int(float(row[key])) for key in ("time_start", "time_end"))
        except ValueError as error:
            raise _bad(path, n, row["time_start"], "a time in seconds") from error
        name = f"{row['youtube_id']}_{start:06d}_{end:06d}.mp4"
        places = [folder / split / row["label"] / name, folder / split / row["label"].replace(" ", "_") / name, folder / split / name]
        entries.append((next((p for p in places if p.is_file()), places[0]), classes.index(row["label"])))
    return _collect(entries, classes, missing)


def charades(folder, *, split="train", missing="raise", classes=157):
    """Charades: ``Charades_v1/ID.mp4`` (or ``Charades_v1_480/ID.mp4``), list in ``Charades_v1_SPLIT.csv``.

    A film shows several actions, each from a start to an end: its label is a tuple of (class, start, end).
    Parameters as for `ucf101`, and `classes`, how many there are.
    """
    folder = Path(folder)
    path = folder / f"Charades_v1_{check_choice(split, ('train', 'test'), 'split')}.csv"
    root = next((folder / n for n in ("Charades_v1", "Charades_v1_480") if (folder / n).is_dir()), folder)
    entries = []
    for n, row in _table(path, ("id", "actions")):
        actions = []
        for text in filter(None, row["actions"].split(";")):
            parts = text.split()
            try:
                actions.append((int(parts[0].removeprefix("c")), float(parts[1]), float(parts[2])))
            except (ValueError, IndexError) as error:
                raise _bad(path, n, text, "'cNNN START END'") from error
            if not 0 <= actions[-1][0] < classes:
                raise _bad(path, n, text, f"one of {classes} classes")
        entries.append((root / f"{row['id']}.mp4", tuple(actions)))
    return _collect(entries, [f"c{k:03d}" for k in range(classes)], missing)


def _table(path, columns):
    """(line number, row) of a csv file that must have these columns."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: it comes with the data set's lists")
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        lacking = [c for c in columns if c not in (reader.fieldnames or [])]
        if lacking:
            raise ValueError(f"{path} has no column {', '.join(lacking)}; it has {', '.join(reader.fieldnames or ['none'])}")
        for row in reader:
            if any(row[c] is None for c in columns):
                raise _bad(path, reader.line_num, ",".join(str(v) for v in row.values() if v), f"a row of {len(columns)} or more columns")
            yield reader.line_num, row


READERS = {"ucf101": ucf101, "hmdb51": hmdb51, "kinetics": kinetics, "charades": charades}


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
