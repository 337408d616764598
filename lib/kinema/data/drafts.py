"""Files and folders that are complete or not there: written beside their target, then put in its place."""

import errno
import os
import shutil
import stat
from contextlib import contextmanager
from pathlib import Path


def _place(target):
    """Where `target` is, links followed; FileNotFoundError, by its name, if its folder does not exist."""
    target = Path(os.path.realpath(target))  # Path.resolve raises where links go round in a circle
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(target.parent))
    return target


@contextmanager
def draft_of(target):
    """Path to write to instead of `target`, in its folder and with its suffix.

    When the block ends well the draft replaces `target` in one step; on an error or Ctrl-C it is
    removed, and what was there before stays as it was.
    """
    target = _place(target)
    draft = target.with_name(f".{target.stem}-draft-{os.getpid()}{target.suffix}")
    try:
        yield draft
        if target.exists():
            draft.chmod(stat.S_IMODE(target.stat().st_mode))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def draft_folder_of(target):
    """The same for a folder of many files, which must not exist yet, or be empty.

    Raises
    ------
    ValueError
        If `target` is a file, or a folder with something in it.
    """
    target = _place(target)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise ValueError(f"{target} is there already, and not an empty folder: name a new one")
    draft = target.with_name(f".{target.name}-draft-{os.getpid()}")
    draft.mkdir()
    try:
        yield draft
        if target.exists():
            target.rmdir()
        draft.replace(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
