"""AVA's files: boxes of persons with what they do, once a second; moments left out; names of the actions.

A line that cannot be read is an error that names file and line. Nothing is left out silently: `split_excluded` returns
what it sets aside.
"""

import csv
import re
from pathlib import Path

import numpy as np

from kinema.metrics.boxes import Boxes


def _rows(path):
    path = Path(path)
    with path.open(newline="", encoding="utf-8") as file:
        for n, row in enumerate(csv.reader(file), 1):
            if row:
                yield n, row


def _bad(path, n, row, expected):
    return ValueError(f"{path}, line {n}: {','.join(row)!r} is not {expected}")


def moment(film, seconds):
    """Name of a moment of a film, "FILM,0902": so AVA's own tools write it."""
    return f"{film},{seconds:04d}"


def read_boxes(path, *, classes=80, scored=False):
    """Labelled boxes of a csv file: truth, or what a detector says.

    Parameters
    ----------
    path : path
        Lines ``film,second,x1,y1,x2,y2,action`` and, in the truth, a person's number; in detections a score. Corners
        are fractions of the frame's width and height. In the truth, a line of film and second alone is a moment
        without anybody.
    classes : int
        Actions are numbered from 1 to this.
    scored : bool
        Whether the last column is a score.

    Returns
    -------
    boxes : Boxes
        Frames are `moment`s.
    empty : list of str
        Moments without anybody.

    Raises
    ------
    ValueError
        If a line has other columns, a number that is none, corners outside the frame or exchanged, or no such action.
    FileNotFoundError
        If there is no such file.
    """
    frames, corners, labels, scores, empty = [], [], [], [], []
    expected = f"'film,second,x1,y1,x2,y2,action,{'score' if scored else 'person'}'"
    for n, row in _rows(path):
        if not scored and (len(row) == 2 or (len(row) >= 6 and not any(row[2:]))):
            try:
                empty.append(moment(row[0], int(float(row[1]))))
            except ValueError as error:
                raise _bad(path, n, row, expected) from error
            continue
        if len(row) != 8 and (scored or len(row) != 7):
            raise _bad(path, n, row, expected)
        try:
            frame, box, label = moment(row[0], int(float(row[1]))), [float(v) for v in row[2:6]], int(row[6])
            score = float(row[7]) if scored else None
        except ValueError as error:
            raise _bad(path, n, row, expected) from error
        if not (0 <= box[0] <= box[2] <= 1 and 0 <= box[1] <= box[3] <= 1):
            raise _bad(path, n, row, "a box (x1, y1, x2, y2) within 0 to 1")
        if not 1 <= label <= classes:
            raise _bad(path, n, row, f"one of the actions 1 to {classes}")
        if scored and not np.isfinite(score):
            raise _bad(path, n, row, "a line with a finite score")
        frames.append(frame)
        corners.append(box)
        labels.append(label)
        scores.append(score)
    boxes = np.array(corners, float).reshape(-1, 4)
    return Boxes(np.array(frames, str), boxes, np.array(labels, int), np.array(scores, float) if scored else None), empty


def read_excluded(path):
    """Moments that are not evaluated, a set of names: lines ``film,second``.

    Raises
    ------
    ValueError
        If a line is none of these.
    """
    found = set()
    for n, row in _rows(path):
        if len(row) != 2:
            raise _bad(path, n, row, "'film,second'")
        try:
            found.add(moment(row[0], int(float(row[1]))))
        except ValueError as error:
            raise _bad(path, n, row, "'film,second'") from error
    return found


def split_excluded(boxes, excluded):
    """(`Boxes` that are evaluated, `Boxes` of excluded moments)."""
    out = np.isin(boxes.frames, sorted(excluded)) if excluded else np.zeros(len(boxes.frames), bool)
    pick = lambda rows: Boxes(*(None if column is None else column[rows] for column in boxes))
    return pick(~out), pick(out)


def read_actions(path):
    """{number: name} of a label map in either of AVA's two forms (``label { name: ... label_id: ... }``, ``item { ... }``).

    Raises
    ------
    ValueError
        If an entry lacks its name or number, or a number comes twice.
    """
    path, actions = Path(path), {}
    text = path.read_text(encoding="utf-8")
    for entry in re.finditer(r"(?:label|item)\s*\{(.*?)\}", text, re.DOTALL):
        line = text.count("\n", 0, entry.start()) + 1
        name = re.search(r'name:\s*"([^"]*)"', entry[1])
        number = re.search(r"(?:label_id|\bid):\s*(\d+)", entry[1])
        if not name or not number:
            raise ValueError(f"{path}, line {line}: an entry without name or number")
        if int(number[1]) in actions:
            raise ValueError(f"{path}, line {line}: the number {number[1]} comes twice")
        actions[int(number[1])] = name[1]
    if not actions:
        raise ValueError(f"{path} holds no 'label {{ ... }}' and no 'item {{ ... }}'")
    return actions
