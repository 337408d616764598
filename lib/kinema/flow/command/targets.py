"""Which files the command may write."""

import os
from pathlib import Path


def check_targets(inputs, outputs):
    """Refuse outputs that cannot be written, or that would overwrite an input or each other.

    Parameters
    ----------
    inputs, outputs : sequence of (Path or None)
    """
    taken = [path for path in inputs if path is not None]
    for target in outputs:
        if target is None:
            continue
        if target.exists() and not (target.is_file() or target.is_dir()):
            raise ValueError(f"{target} is no ordinary file: name another")
        if target.is_dir() or not target.absolute().parent.is_dir():
            raise ValueError(f"{target} cannot be written: name a file in a folder that exists")
        if any(_same(target, path) for path in taken):
            raise ValueError(f"{target} is already an input or the other output: choose another name")
        taken.append(target)


def _same(a, b):
    """Whether two paths name one file, by links of either kind too."""
    return os.path.realpath(a) == os.path.realpath(b) or (a.exists() and b.exists() and a.samefile(b))


def check_folder(folder, files):
    """Refuse a folder for many files that cannot be made, or that is or would hold one of `files`; None passes."""
    if folder is None:
        return
    place = os.path.realpath(folder)
    for path in files:
        if Path(os.path.realpath(path)).is_relative_to(place):
            raise ValueError(f"{folder} is to hold the flows alone, and {path} is or lies in it: choose another name")
    if not folder.absolute().parent.is_dir():
        raise ValueError(f"{folder} cannot be made: name a new folder in one that exists")


def check_speed(max_speed):
    """Refuse a rim of the wheel that is no speed; None passes."""
    if max_speed is not None and not 0 < max_speed < float("inf"):
        raise ValueError(f"--max-speed must be a positive number, got {max_speed}")
