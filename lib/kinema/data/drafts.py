"""Files that are complete or not there: written beside their target, then put in its place."""

import os
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def draft_of(target):
    """Path to write to instead of `target`, in its folder and with its suffix.

    When the block ends well the draft replaces `target` in one step; on an error or Ctrl-C it is
    removed, and what was there before stays as it was.
    """
    target = Path(target)
    draft = target.with_name(f".{target.stem}-draft-{os.getpid()}{target.suffix}")
    try:
        yield draft
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
