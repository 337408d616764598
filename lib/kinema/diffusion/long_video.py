"""Films longer than memory and patience: carry out a plan stage by stage, on disk, and go on where it stopped.

A run owns a folder with three files. ``frames.npy`` is an ordinary numpy array of the whole film, of its full size from the
start, whose frames are filled in as they are made. ``journal`` is text, one line for what the run is and one for each
finished stage; a line is written only when its frames lie safely on the disk. So a run that is killed, at whatever
instruction, loses the stage it was at and nothing else. ``lock`` is held while a process writes.

The array is written by seeking, never through a memory map: pages of a map that were touched count as the process's
own memory, which would grow with the film.
"""

import errno
import hashlib
import io
import json
import math
import os
import zlib
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from kinema.checks import check_count
from kinema.diffusion.plans import check_plan
from kinema.progress import progress

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

FORMAT = "kinema long film, 1"
KINDS = "uifb"  # numpy's letters for unsigned, signed, floating point, boolean
# What each entry of the journal's first line is called where two runs differ in it.
NAMES = {
    "total": "a film of {} frames",
    "frame_shape": "frames of shape {}",
    "dtype": "dtype {}",
    "observed": "{} observed frames",
    "seed": "seed {}",
    "settings": "settings {}",
    "plan": "a plan whose stages sum up to {}",
    "given": "observed frames whose pixels sum up to {}",
}


def generate_video(
    path,
    stages,
    sample,
    *,
    frame_shape,
    total,
    observed=None,
    seed=0,
    dtype="uint8",
    window=None,
    settings=None,
    file=None,
):
    """Make a film by a plan, or go on with one that was interrupted.

    Called again with the same arguments after Ctrl-C, an error or a kill, it carries on after the last finished
    stage, and the film is byte for byte what it would have been; on a finished film it does nothing. Memory holds
    the frames of one stage, however long the film is.

    Parameters
    ----------
    path : str or Path
        Folder of the run; made if it is not there.
    stages : iterable of Stage
        Such as `kinema.diffusion.plans.hierarchy` returns.
    sample : callable
        ``sample(given, given_times, wanted_times, rng)`` makes the frames of one stage: from numpy arrays of
        the frames to look at, (len(given_times), *frame_shape), and of the places in the film of these and of the
        wanted ones, to a numpy array (len(wanted_times), *frame_shape) of type `dtype`. All its randomness must
        come from `rng`, a numpy Generator that depends on `seed` and on the number of the stage alone (to seed
        torch: ``int(rng.integers(2**63))``).
    frame_shape : tuple of int
        Such as (H, W, 3).
    total : int
        Frames of the whole film, observed ones included.
    observed : array, shape (n, *frame_shape), or None
        The film's first frames, of type `dtype`.
    seed : int
        0 or more.
    dtype : numpy dtype
        Integer, boolean or floating point.
    window : int or None
        Frames that the network sees at once: a plan that exceeds it is refused.
    settings : dict or None
        What else decides the frames and cannot be seen from here (weights, sampling steps), as plain JSON values. It is
        compared when a run goes on.
    file : text file or None
        Where progress is drawn: see `kinema.progress`.

    Returns
    -------
    Path
        The array file, ``path / "frames.npy"``, to be read by `read_frames` or `numpy.load`.

    Raises
    ------
    ValueError
        If the plan is faulty, if `path` holds a run with other arguments (named, with the remedy), if its files
        are damaged, or if `sample` returns frames of another shape or type, or NaN: the stage is named, and what
        was finished stays.
    RuntimeError
        If another process writes to `path`. The lock ends with its process, however that ends. It needs
        Unix (fcntl): on Windows nothing keeps two processes apart, so start one only.
    """
    path, dtype, frame_shape = Path(path), np.dtype(dtype), tuple(frame_shape)
    if iter(stages) is stages:  # a generator gives its stages once, and they are needed three times
        stages = tuple(stages)
    observed = np.empty((0, *frame_shape), dtype) if observed is None else observed
    run = _describe(stages, frame_shape, total, observed, seed, dtype, window, settings)
    path.mkdir(parents=True, exist_ok=True)
    with _only_writer(path):
        done = _begin_or_resume(path, run, observed)
        count = run["stages"]
        with open(path / "frames.npy", "r+b") as frames, open(path / "journal", "ab", buffering=0) as journal:
            start = _header_of(frames)[0]
            todo = islice(enumerate(stages), done, None)
            with closing(progress(todo, total=count - done, what="stages", file=file)) as steps:
                for number, (wanted, given) in steps:
                    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
                    pictures = _read(frames, start, given, frame_shape, dtype)
                    try:
                        made = sample(pictures, np.asarray(given, np.int64), np.asarray(wanted, np.int64), rng)
                    except Exception as error:
                        error.add_note(f"in {_name(number, wanted)} of the film in {path}")
                        raise
                    _check_made(made, number, wanted, frame_shape, dtype)
                    _write(frames, start, wanted, made)
                    os.fsync(frames.fileno())  # the frames first: the journal never promises what is not there
                    _append(journal, {"stage": number, "frames": [int(frame) for frame in wanted]})
    return path / "frames.npy"


def _describe(stages, frame_shape, total, observed, seed, dtype, window, settings):
    """All that decides a film's bytes, but for `sample`: the journal's first line."""
    check_count(total, "total")
    shape = [check_count(side, "each side in frame_shape") for side in frame_shape]
    if not shape:
        raise ValueError("frame_shape is empty: a frame has at least one axis")
    if dtype.kind not in KINDS:
        raise ValueError(f"dtype is {dtype}: a film holds integers, booleans or real floating-point numbers")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be an integer from 0 on, got {seed!r}")
    if not isinstance(observed, np.ndarray) or observed.shape[1:] != tuple(shape) or observed.dtype != dtype:
        raise ValueError(
            f"observed must be a numpy array (n, {', '.join(map(str, shape))}) of {dtype}, "
            f"got {type(observed).__name__} {getattr(observed, 'shape', '')} of {getattr(observed, 'dtype', '?')}"
        )
    count = check_plan(stages, total, len(observed), window=window)
    plan, given = hashlib.sha256(), hashlib.sha256()
    for wanted, looked_at in stages:
        plan.update(repr(([int(i) for i in wanted], [int(i) for i in looked_at])).encode())
    for frame in observed:
        given.update(np.ascontiguousarray(frame).tobytes())
    try:
        settings = json.loads(json.dumps(settings or {}, sort_keys=True, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(f"settings must be plain JSON values: {error}") from error
    return {
        "format": FORMAT, "total": int(total), "frame_shape": shape, "dtype": dtype.str, "observed": len(observed),
        "seed": int(seed), "settings": settings, "stages": count, "plan": plan.hexdigest()[:16], "given": given.hexdigest()[:16],
    }  # fmt: skip


@contextmanager
def _only_writer(path):
    """Hold the folder's lock, which the system takes back when the process ends, in whatever way."""
    with open(path / "lock", "ab") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EACCES, errno.EAGAIN):
                    raise
                raise RuntimeError(f"another process is making the film in {path}: wait for it, or stop it") from error
        yield


def _begin_or_resume(path, run, observed):
    """Number of finished stages, with the folder's files in a state to go on from."""
    frames, journal = path / "frames.npy", path / "journal"
    if not journal.exists():
        if frames.exists():  # not ours, for the journal is made first
            raise ValueError(f"{frames} is there already, and no journal of a run beside it: name another folder")
        journal.touch()
    entries, length = _read_journal(path)
    if not entries and journal.stat().st_size and not frames.exists():  # ours gets its first line after the frames' file
        raise ValueError(f"{journal} is there already, and no journal of such a film: name another folder")
    if not entries:  # nothing was promised yet
        _begin(path, run, observed)
        return 0
    _check_same_run(path, entries[0], run)
    _check_whole(frames, run)
    if journal.stat().st_size > length:
        os.truncate(journal, length)  # a line that a kill cut off
    return len(entries) - 1


def _begin(path, run, observed):
    """The array file, and only then the journal's first line."""
    with open(path / "frames.npy", "wb") as frames:
        start = _write_header(frames, run)
        frames.truncate(start + _bytes_of_pixels(run))
        _write(frames, start, range(len(observed)), observed)
        os.fsync(frames.fileno())
    _sync_folder(path)
    with open(path / "journal", "wb", buffering=0) as journal:
        _append(journal, run)


def _sync_folder(path):
    """Have the names of new files on the disk: they are the folder's data, not the files'."""
    if os.name == "posix":
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _write_header(frames, run):
    """Write numpy's header, as `numpy.save` would; returns where the pixels begin."""
    shape, dtype = (run["total"], *run["frame_shape"]), np.dtype(run["dtype"])
    np.lib.format.write_array_header_1_0(
        frames, {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    )
    return frames.tell()


def _bytes_of_pixels(run):
    return math.prod([run["total"], *run["frame_shape"], np.dtype(run["dtype"]).itemsize])


def _check_whole(path, run):
    """Refuse an array file that is missing, cut off or another's."""
    remedy = "delete the folder and begin anew"
    if not path.exists():
        raise ValueError(f"{path} is missing, though its journal is there: {remedy}")
    with open(path, "rb") as frames:
        start, shape, dtype = _header_of(frames)
    if (list(shape), dtype.str) != ([run["total"], *run["frame_shape"]], run["dtype"]):
        raise ValueError(f"{path} holds {dtype} of shape {shape}, which is not what its journal says: {remedy}")
    if path.stat().st_size != start + _bytes_of_pixels(run):
        raise ValueError(f"{path} is not of its full size, {start + _bytes_of_pixels(run)} bytes: {remedy}")


def _check_same_run(path, begun, run):
    for name, words in NAMES.items():
        if begun[name] != run[name]:
            raise ValueError(
                f"the film in {path} was begun with {words.format(begun[name])}, and now it is "
                f"{words.format(run[name])}: give it the same arguments to go on, or name another folder"
            )


def _append(journal, entry):
    """Add a line: length and checksum of the text, then the text. A torn line fits neither."""
    text = json.dumps(entry, separators=(",", ":")).encode()
    line = b"%d %08x %s\n" % (len(text), zlib.crc32(text), text)
    if journal.write(line) != len(line):
        raise OSError(errno.ENOSPC, "the journal's line could not be written whole", journal.name)
    os.fsync(journal.fileno())


def _parse(line):
    """What a journal's line says, or None if it is torn."""
    length, _, rest = line.partition(b" ")
    checksum, _, text = rest.removesuffix(b"\n").partition(b" ")
    if not line.endswith(b"\n") or length != b"%d" % len(text) or checksum != b"%08x" % zlib.crc32(text):
        return None
    return json.loads(text)


def _read_journal(path):
    """The journal's entries, and their length in bytes; a torn last line is left out."""
    entries, length = [], 0
    with open(path / "journal", "rb") as journal:
        for line in journal:
            entry = _parse(line)
            if entry is None and not journal.read(1):
                break
            if entry is None or not _follows(entries, entry):
                raise ValueError(
                    f"{path / 'journal'} is damaged at line {len(entries) + 1}, or no journal of such a film: "
                    "delete the folder and begin anew, or name another"
                )
            entries.append(entry)
            length += len(line)
    return entries, length


def _follows(entries, entry):
    """Whether an entry is what comes after `entries`: the run's arguments, then stages 0, 1, 2..."""
    return entry.get("stage") == len(entries) - 1 if entries else entry.get("format") == FORMAT


def _name(number, wanted):
    return f"stage {number} (frames {wanted[0]} to {wanted[-1]})"


def _check_made(made, number, wanted, frame_shape, dtype):
    where = _name(number, wanted)
    if not isinstance(made, np.ndarray):
        raise ValueError(f"{where}: sample returned {type(made).__name__}, expected a numpy array")
    if made.shape != (len(wanted), *frame_shape):
        raise ValueError(f"{where}: sample returned shape {made.shape}, expected {(len(wanted), *frame_shape)}")
    if made.dtype != dtype:
        raise ValueError(f"{where}: sample returned {made.dtype}, expected {dtype}: convert it there, or name another dtype")
    if dtype.kind == "f" and not np.isfinite(made).all():
        raise ValueError(f"{where}: sample returned NaN or infinity")


def _header_of(frames):
    """Where the pixels begin, the array's shape and dtype."""
    try:
        frames.seek(0)
        np.lib.format.read_magic(frames)
        shape, _, dtype = np.lib.format.read_array_header_1_0(frames)
    except ValueError as error:
        raise ValueError(f"{frames.name} is no array file, or damaged: delete the folder and begin anew") from error
    return frames.tell(), shape, dtype


def _read(frames, start, indices, frame_shape, dtype):
    """Copies of some frames; nothing else is read."""
    pictures = np.empty((len(indices), *frame_shape), dtype)
    size = pictures[:1].nbytes if len(pictures) else 0
    for picture, index in zip(pictures, indices, strict=True):
        frames.seek(start + int(index) * size)
        if frames.readinto(picture.reshape(-1).view(np.uint8)) != size:
            raise ValueError(f"{frames.name} ends before frame {index} does: delete the folder and begin anew")
    return pictures


def _write(frames, start, indices, pictures):
    for index, picture in zip(indices, pictures, strict=True):
        frames.seek(start + int(index) * picture.nbytes)
        frames.write(np.ascontiguousarray(picture).reshape(-1).view(np.uint8))
    frames.flush()


def _frames_there(path):
    """Which frames of the film in `path` are made, one byte each."""
    path = Path(path)
    if not (path / "journal").exists():
        raise FileNotFoundError(errno.ENOENT, "no film of generate_video in", str(path))
    entries, _ = _read_journal(path)
    if not entries:
        raise ValueError(f"the film in {path} is not begun yet")
    run, *stages = entries
    there = bytearray(run["total"])
    there[: run["observed"]] = b"\1" * run["observed"]
    for stage in stages:
        for frame in stage["frames"]:
            there[frame] = 1
    return there


def read_frames(path, indices):
    """Some frames of a film, finished or in the making; only these are read.

    Parameters
    ----------
    path : str or Path
        The folder that was given to `generate_video`.
    indices : sequence of int
        In any order, from 0 on.

    Returns
    -------
    array, shape (len(indices), *frame_shape)

    Raises
    ------
    FileNotFoundError
        If there is no such film.
    IndexError
        If the film has no such frame.
    ValueError
        If a frame is not made yet: until then its place in the file holds zeros.
    """
    there = _frames_there(path)
    for index in indices:
        if not 0 <= index < len(there):
            raise IndexError(f"frame {index}: the film in {path} has frames 0 to {len(there) - 1}")
        if not there[index]:
            raise ValueError(f"frame {index} of the film in {path} is not made yet")
    with open(Path(path) / "frames.npy", "rb") as frames:
        start, shape, dtype = _header_of(frames)
        return _read(frames, start, indices, shape[1:], dtype)


def to_film(path, film, fps, *, file=None):
    """Encode a finished run as a film to watch, frame by frame.

    Parameters
    ----------
    path : str or Path
        The folder that was given to `generate_video`. Its frames must be uint8, (H, W) or (H, W, 3).
    film : str or Path
        File to write: see `kinema.data.VideoWriter`.
    fps : Fraction, int or float
        Frames per second.
    file : text file or None
        Where progress is drawn: see `kinema.progress`.

    Raises
    ------
    FileNotFoundError
        If there is no such run.
    ValueError
        If the run is not finished, or its frames are no pictures.
    """
    from kinema.data.video import VideoWriter

    there = _frames_there(path)
    if 0 in there:
        raise ValueError(f"{there.count(0)} of {len(there)} frames in {path} are not made yet: finish the run first")
    with open(Path(path) / "frames.npy", "rb") as frames:
        start, (total, *size), dtype = _header_of(frames)
        if dtype != np.uint8 or len(size) not in (2, 3) or (len(size) == 3 and size[2] != 3):
            raise ValueError(f"{path} holds frames of {dtype} and shape {tuple(size)}: a film takes uint8 (H, W) or (H, W, 3)")
        with VideoWriter(film, fps, size[:2]) as out, closing(progress(range(total), total=total, file=file)) as indices:
            for index in indices:
                out.write(_read(frames, start, [index], tuple(size), dtype)[0])
