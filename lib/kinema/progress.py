"""A line that says how far a long task is.

Written here rather than taken from a package: it is one short function, and a reader installs one package less.
"""

import sys
import time

WIDTH = 24
EVERY = 0.1  # seconds between two drawings, so that drawing costs nothing


def progress(items, *, total=None, what="frames", file=None):
    """Pass on `items`, counting them on the terminal.

    Parameters
    ----------
    items : iterable
    total : int or None
        How many there will be, roughly; None draws no bar, only the count.
    what : str
        What they are.
    file : text file or None
        Where to draw; None takes stderr. Nothing is drawn unless it is a terminal.
    """
    file = sys.stderr if file is None else file
    if not file.isatty():
        yield from items
        return
    start = drawn = time.monotonic()
    try:
        for count, item in enumerate(items, 1):
            yield item
            now = time.monotonic()
            if now - drawn >= EVERY:
                drawn = now
                file.write("\r" + _line(count, total, what, now - start) + "\x1b[K")
                file.flush()
    finally:
        file.write("\r\x1b[K")  # an error's message, or the result, gets a clean line
        file.flush()


def _line(count, total, what, seconds):
    rate = f"{count / seconds:.1f} {what}/s"
    if not total:
        return f"{count} {what}, {rate}"
    part = min(count / total, 1.0)  # a header may promise too few
    bar = "#" * round(WIDTH * part)
    return f"[{bar:.<{WIDTH}}] {part:4.0%}  {count} of {total} {what}, {rate}"
