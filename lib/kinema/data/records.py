"""Measurements that take too long for a page, or data that cannot come with it: recorded once, quoted since.

A record is a JSON file beside this module, written by a command of `benchmarks/` together with the
machine that it ran on. A page that shows one says so.
"""

import json
from pathlib import Path

RECORDS = Path(__file__).parent / "records"


def record_names():
    """Names that `load_record` accepts."""
    return tuple(sorted(path.stem for path in RECORDS.glob("*.json")))


def load_record(name):
    """A recorded measurement.

    Parameters
    ----------
    name : str
        One of `record_names`.

    Returns
    -------
    dict
        What the benchmark wrote, with the "machine" it ran on and the "command" that repeats it.

    Raises
    ------
    ValueError
        If there is no such record.
    """
    path = RECORDS / f"{name}.json"
    if not path.is_file():
        raise ValueError(f"no record called {name!r}; there are: {', '.join(record_names()) or 'none'}")
    return json.loads(path.read_text(encoding="utf-8"))
