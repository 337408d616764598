"""Folders of films with their official lists: UCF101, HMDB51, Kinetics, Charades.

A reader returns the films of a split and their labels; `kinema.recognition.film_clips` cuts clips out of them. A line
that cannot be read is an error that names file and line; a film that the list names and the folder lacks is one too,
unless ``missing="skip"``, and then it is listed in `absent`.
"""

import csv
from pathlib import Path
from typing import NamedTuple

from kinema.checks import check_choice


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
        What to do about films that the list names and the folder lacks.

    Returns
    -------
    Films

    Raises
    ------
    FileNotFoundError
        If a list is missing, or a film of it is and `missing` is "raise".
    ValueError
        If a line of a list cannot be read, or no film of the split is there.
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

    Parameters, result and errors as for `ucf101`.
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
    Parameters, result and errors as for `ucf101`; many films of the list are gone from the network, hence ``missing="skip"``.
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
    Parameters, result and errors as for `ucf101`, and `classes`, how many there are.
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
