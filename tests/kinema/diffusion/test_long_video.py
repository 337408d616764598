"""Long films on disk: what a kill may cost (one stage), what it may not (a byte), and what is refused."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from kinema.diffusion import long_video
from kinema.diffusion.long_video import generate_video, read_frames, to_film
from kinema.diffusion.plans import Stage, autoregressive, hierarchy

SHAPE, TOTAL, OBSERVED = (4, 5), 60, 6
WINDOW = dict(window=6, step=3, observed=OBSERVED)


def sample(given, given_times, wanted_times, rng):
    """Frames that depend on all that the driver hands over."""
    base = given.astype(np.int64).sum(axis=0) + given_times.sum()
    noise = rng.integers(0, 256, (len(wanted_times), *SHAPE))
    return ((base + wanted_times[:, None, None] + noise) % 256).astype(np.uint8)


def observed():
    return np.arange(OBSERVED * 20, dtype=np.uint8).reshape(OBSERVED, *SHAPE)


def run(path, stages=None, make=sample, **changed):
    stages = hierarchy(TOTAL, levels=2, **WINDOW) if stages is None else stages
    given = dict(frame_shape=SHAPE, total=TOTAL, observed=observed(), seed=1) | changed
    return generate_video(path, stages, make, **given)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of the film, made without interruption."""
    return run(tmp_path_factory.mktemp("whole")).read_bytes()


def test_the_film_is_what_a_loop_in_memory_makes(tmp_path):
    film = np.zeros((TOTAL, *SHAPE), np.uint8)
    film[:OBSERVED] = observed()
    for number, (wanted, given) in enumerate(hierarchy(TOTAL, levels=2, **WINDOW)):
        rng = np.random.default_rng(np.random.SeedSequence(1, spawn_key=(number,)))
        film[list(wanted)] = sample(film[list(given)], np.array(given), np.array(wanted), rng)
    assert np.array_equal(np.load(run(tmp_path / "film")), film)
    assert np.array_equal(read_frames(tmp_path / "film", [59, 0, 7]), film[[59, 0, 7]])
    assert len(np.unique(film)) > 200


def test_a_finished_film_is_left_alone(tmp_path, whole):
    run(tmp_path)
    assert run(tmp_path, make=None).read_bytes() == whole


def test_a_one_shot_generator_of_stages_and_any_kind_of_integer_will_do(tmp_path, whole):
    plan = ((np.array(s.generate), list(s.condition)) for s in hierarchy(TOTAL, levels=2, **WINDOW))
    assert run(tmp_path, plan).read_bytes() == whole


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint16", "bool", ">i4"])
def test_frames_of_any_real_type_come_back_bit_for_bit(tmp_path, dtype):
    film = np.random.default_rng(0).normal(size=(5, 2, 3)).astype(dtype)
    generate_video(
        tmp_path, [Stage((3, 4), ()), Stage((0, 2, 1), (3,))], lambda g, gt, wanted, rng: film[wanted],
        frame_shape=(2, 3), total=5, dtype=dtype,
    )  # fmt: skip
    assert np.array_equal(np.load(tmp_path / "frames.npy"), film)
    assert np.array_equal(read_frames(tmp_path, range(5)), film)


def test_each_stage_has_its_own_randomness_whenever_it_runs(tmp_path):
    drawn = {}

    def noting(given, given_times, wanted_times, rng):
        drawn[int(wanted_times[0])] = rng.random()
        return sample(given, given_times, wanted_times, rng)

    plan = list(autoregressive(TOTAL, **WINDOW))
    run(tmp_path / "a", plan, noting)
    first = dict(drawn)
    assert len(set(first.values())) == len(plan)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "b", plan, lambda g, gt, w, rng: interrupt() if w[0] > 30 else sample(g, gt, w, rng))
    drawn.clear()
    run(tmp_path / "b", plan, noting)
    assert 0 < len(drawn) < len(first) and all(first[frame] == value for frame, value in drawn.items())


# --- interruptions ---------------------------------------------------------------------------------------------------


def interrupt(*_):
    raise KeyboardInterrupt


PROGRAM = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
import test_long_video as t
log = os.open(sys.argv[3], os.O_CREAT | os.O_WRONLY | os.O_APPEND)

def slow(given, given_times, wanted_times, rng):
    os.write(log, b"%d\\n" % wanted_times[0])
    time.sleep(0.004)
    return t.sample(given, given_times, wanted_times, rng)

t.run(sys.argv[2], t.autoregressive(400, **t.WINDOW), slow, total=400)
"""


def start(folder, log):
    arguments = [str(Path(__file__).parent), str(folder), str(log)]
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], stderr=subprocess.PIPE)


def size(path):
    return path.stat().st_size if path.exists() else -1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_ten_kills_at_random_moments_change_no_byte_and_cost_a_stage_each(tmp_path):
    folder, log = tmp_path / "film", tmp_path / "log"
    rng = random.Random(0)
    for kill in range(10):
        process = start(folder, log)
        begun = size(folder / "journal")
        # The first kill falls into the start; the others a few journal lines (of 30 to 50 bytes) and a bit later.
        least = begun + 1 + (rng.randrange(500) if kill else 0)
        while size(folder / "journal") < least and process.poll() is None:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.02))
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    process = start(folder, log)
    assert process.communicate()[1] == b"" and process.returncode == 0
    run(tmp_path / "whole", autoregressive(400, **WINDOW), total=400)
    for name in ("frames.npy", "journal"):
        assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    firsts = log.read_text().split()
    stages = len(list(autoregressive(400, **WINDOW)))
    assert len(set(firsts)) == stages and len(firsts) <= stages + 10


@pytest.mark.parametrize("point", ["write", "append", "fsync"])
def test_an_interruption_at_any_step_changes_no_byte(tmp_path, monkeypatch, whole, point):
    owner, name = {"write": (long_video, "_write"), "append": (long_video, "_append"), "fsync": (os, "fsync")}[point]
    real, left = getattr(owner, name), 0

    def failing(*arguments):
        nonlocal left
        left -= 1
        if left >= 0:
            return real(*arguments)
        if point == "write":  # half of a stage, and that wrong
            frames, start, indices, pictures = arguments
            real(frames, start, list(indices)[:1], 255 - np.asarray(pictures)[:1])
        raise KeyboardInterrupt

    for step in range(0, 40, 3):
        left = step
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, failing)
            try:
                run(tmp_path / f"{step}")
            except KeyboardInterrupt:
                pass
        assert run(tmp_path / f"{step}").read_bytes() == whole


def test_frames_are_on_the_disk_before_the_journal_says_so(tmp_path, monkeypatch):
    events = []
    for owner, name in ((long_video, "_write"), (long_video, "_append"), (os, "fsync")):
        real = getattr(owner, name)

        def noted(*arguments, real=real, name=name):
            events.append(name)
            return real(*arguments)

        monkeypatch.setattr(owner, name, noted)
    run(tmp_path)
    stages = len(list(hierarchy(TOTAL, levels=2, **WINDOW)))
    assert events[-4 * stages :] == ["_write", "fsync", "_append", "fsync"] * stages


def test_a_journal_cut_off_anywhere_is_taken_up_at_its_last_whole_line(tmp_path, whole):
    run(tmp_path)
    journal = (tmp_path / "journal").read_bytes()
    header = journal.index(b"\n") + 1
    for length in (0, 1, header // 2, header - 1, header, *range(len(journal) - 40, len(journal))):
        (tmp_path / "journal").write_bytes(journal[:length])
        if length >= header:
            finished = journal[:length].count(b"\n") - 1
            made = sum(len(s.generate) for s in list(hierarchy(TOTAL, levels=2, **WINDOW))[:finished])
            assert sum(long_video._frames_there(tmp_path)) == OBSERVED + made
        assert run(tmp_path).read_bytes() == whole
        assert (tmp_path / "journal").read_bytes() == journal


def test_a_last_line_that_fails_its_checksum_is_torn_and_one_before_is_damage(tmp_path, whole):
    run(tmp_path)
    journal = (tmp_path / "journal").read_bytes()
    (tmp_path / "journal").write_bytes(journal[:-5] + b"9" + journal[-4:])  # a digit of a frame's number
    assert run(tmp_path).read_bytes() == whole
    assert (tmp_path / "journal").read_bytes() == journal
    lines = journal.splitlines(keepends=True)
    lines[3] = lines[3].replace(b"stage", b"stagf")
    (tmp_path / "journal").write_bytes(b"".join(lines))
    with pytest.raises(ValueError, match=r"damaged at line 4.*delete the folder"):
        run(tmp_path)
    (tmp_path / "journal").write_bytes(b"".join(journal.splitlines(keepends=True)[:3] + lines[4:]))  # a line lost
    with pytest.raises(ValueError, match="damaged at line 4"):
        run(tmp_path)


# --- memory ----------------------------------------------------------------------------------------------------------

MEMORY = """
import sys
from kinema.diffusion.long_video import generate_video
from kinema.diffusion.plans import hierarchy
import numpy as np
total = int(sys.argv[2])
generate_video(
    sys.argv[1], hierarchy(total, levels=2, window=80, step=40, observed=0),
    lambda given, g, wanted, rng: rng.integers(0, 256, (len(wanted), 64, 64, 3), dtype=np.uint8),
    frame_shape=(64, 64, 3), total=total,
)
# Not getrusage's ru_maxrss: a child inherits its parent's, which hides any growth below that of the tests' own process.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from Linux's /proc")
def test_memory_does_not_grow_with_the_film(tmp_path):
    peak = {}
    for total in (100, 10_000):
        arguments = [sys.executable, "-c", MEMORY, str(tmp_path / str(total)), str(total)]
        peak[total] = int(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout) / 1024
    assert (tmp_path / "10000" / "frames.npy").stat().st_size > 120e6
    assert peak[10_000] - peak[100] < 8  # MB; the film has 123


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed, words",
    [
        (dict(seed=2), "begun with seed 1, and now it is seed 2: give it the same arguments to go on, or name another"),
        (dict(stages=list(autoregressive(TOTAL, **WINDOW))), "with a plan whose stages"),
        (dict(observed=observed() + np.uint8(1)), "observed frames whose pixels"),
        (dict(settings={"weights": "b"}), r"begun with settings \{'weights': 'a'\}, and now it is settings \{'weights': 'b'\}"),
        (dict(frame_shape=(5, 4), observed=observed().reshape(6, 5, 4)), r"frames of shape \[4, 5\], and now .* \[5, 4\]"),
        (dict(total=40, stages=list(autoregressive(40, **WINDOW))), "a film of 60 frames, and now it is a film of 40"),
        (dict(dtype="int8", observed=observed().view(np.int8)), r"dtype \|u1, and now it is dtype \|i1"),
        (dict(observed=observed()[:5], stages=list(autoregressive(TOTAL, **WINDOW | {"observed": 5}))), "6 observed frames, and now it is 5"),
    ],
)
@pytest.mark.parametrize("finished", [True, False])
def test_other_arguments_are_refused_by_name_and_nothing_changes(tmp_path, whole, changed, words, finished):
    settings = {"settings": {"weights": "a"}}
    if finished:
        run(tmp_path, **settings)
    else:
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, make=interrupt, **settings)
    before = [(tmp_path / name).read_bytes() for name in ("frames.npy", "journal")]
    with pytest.raises(ValueError, match=words):
        run(tmp_path, **settings | changed)
    assert [(tmp_path / name).read_bytes() for name in ("frames.npy", "journal")] == before
    assert run(tmp_path, **settings).read_bytes() == whole


@pytest.mark.skipif(long_video.fcntl is None, reason="no lock here")
def test_a_second_process_is_refused_until_the_first_is_gone(tmp_path):
    folder, log = tmp_path / "film", tmp_path / "log"
    process = start(folder, log)
    try:
        while size(log) < 1:
            time.sleep(0.002)
        with pytest.raises(RuntimeError, match="another process is making the film in .*: wait for it, or stop it"):
            run(folder, autoregressive(400, **WINDOW), total=400)
    finally:
        process.kill()
        process.communicate()
    run(folder, autoregressive(400, **WINDOW), total=400)


def test_the_lock_is_let_go_after_an_error(tmp_path, whole):
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, make=interrupt)
    assert run(tmp_path).read_bytes() == whole


def test_an_error_inside_sample_names_the_stage(tmp_path):
    def failing(given, given_times, wanted_times, rng):
        return {}["weights"] if wanted_times[0] == 12 else sample(given, given_times, wanted_times, rng)

    with pytest.raises(KeyError) as raised:
        run(tmp_path, autoregressive(TOTAL, **WINDOW), failing)
    assert raised.value.__notes__ == [f"in stage 2 (frames 12 to 14) of the film in {tmp_path}"]


@pytest.mark.parametrize(
    "make, dtype, words",
    [
        (lambda n: np.zeros((n + 1, *SHAPE), np.uint8), "uint8", r"stage 2 \(frames 12 to 14\): sample returned shape \(4, 4, 5\), expected \(3, 4, 5\)"),
        (lambda n: np.zeros((n, *SHAPE), np.float32), "uint8", r"stage 2 .*: sample returned float32, expected uint8: convert"),
        (lambda n: np.full((n, *SHAPE), np.nan, np.float32), "float32", r"stage 2 .*: sample returned NaN or infinity"),
        (lambda n: np.full((n, *SHAPE), np.inf, np.float32), "float32", r"stage 2 .*: sample returned NaN or infinity"),
        (lambda n: [[0] * 5] * 4, "uint8", r"stage 2 .*: sample returned list, expected a numpy array"),
    ],
)
def test_bad_frames_are_refused_by_their_stage_and_what_was_finished_stays(tmp_path, make, dtype, words):
    plan, given = list(autoregressive(TOTAL, **WINDOW)), dict(dtype=dtype, observed=observed().astype(dtype))

    def good(pictures, given_times, wanted_times, rng):
        return sample(pictures, given_times, wanted_times, rng).astype(dtype)

    with pytest.raises(ValueError, match=words):
        run(tmp_path / "a", plan, lambda g, gt, w, rng: make(len(w)) if w[0] == 12 else good(g, gt, w, rng), **given)
    read_frames(tmp_path / "a", range(12))
    with pytest.raises(ValueError, match="frame 12 of the film in .* is not made yet"):
        read_frames(tmp_path / "a", [0, 12])
    calls = []
    run(tmp_path / "a", plan, lambda *a: calls.append(1) or good(*a), **given)
    run(tmp_path / "b", plan, good, **given)
    assert len(calls) == len(plan) - 2
    assert np.array_equal(np.load(tmp_path / "a" / "frames.npy"), np.load(tmp_path / "b" / "frames.npy"))


@pytest.mark.parametrize(
    "changed, words",
    [
        (dict(stages=[Stage((7,), (0,))]), "frame 6 is never generated"),
        (dict(window=5), "stage 0 takes 6 frames, but the window holds 5"),
        (dict(dtype="complex64", observed=None), "dtype is complex64"),
        (dict(seed=-1), "seed must be"),
        (dict(seed=0.5), "seed must be"),
        (dict(frame_shape=(0, 5)), "each side in frame_shape"),
        (dict(frame_shape=()), "frame_shape is empty"),
        (dict(observed=observed().astype(float)), r"observed must be a numpy array \(n, 4, 5\) of uint8, got ndarray \(6, 4, 5\) of float64"),
        (dict(observed=[1]), "got list"),
        (dict(settings={"a": np.zeros(2)}), "settings must be plain JSON"),
    ],
)
def test_arguments_that_make_no_film_are_refused_before_a_file_is_made(tmp_path, changed, words):
    with pytest.raises(ValueError, match=words):
        run(tmp_path / "film", **changed)
    assert not (tmp_path / "film").exists()


@pytest.mark.parametrize("name, words", [("frames.npy", "no journal of a run beside it"), ("journal", "no journal of such a film")])
def test_files_of_someone_else_are_not_touched(tmp_path, name, words):
    (tmp_path / name).write_text("mine")
    with pytest.raises(ValueError, match=words):
        run(tmp_path)
    assert (tmp_path / name).read_text() == "mine"


def test_a_film_whose_frames_were_lost_is_not_gone_on_with(tmp_path):
    run(tmp_path)
    os.truncate(tmp_path / "frames.npy", 200)
    with pytest.raises(ValueError, match="not of its full size, 1328 bytes: delete the folder"):
        run(tmp_path)
    for other, words in ((np.zeros((TOTAL, 5, 4), np.uint8), r"holds uint8 of shape \(60, 5, 4\)"), (np.zeros(3), "holds float64")):
        np.save(tmp_path / "frames.npy", other)
        with pytest.raises(ValueError, match=f"{words}.*, which is not what its journal says: delete"):
            run(tmp_path)
    (tmp_path / "frames.npy").write_bytes(b"mine")
    with pytest.raises(ValueError, match="is no array file, or damaged: delete the folder"):
        run(tmp_path)
    (tmp_path / "frames.npy").unlink()
    with pytest.raises(ValueError, match="is missing, though its journal is there: delete the folder"):
        run(tmp_path)


def test_frames_that_are_not_there_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no film of generate_video in"):
        read_frames(tmp_path / "none", [0])
    run(tmp_path)
    for index in (-1, 60):
        with pytest.raises(IndexError, match=f"frame {index}: .* has frames 0 to 59"):
            read_frames(tmp_path, [index])
    assert read_frames(tmp_path, []).shape == (0, *SHAPE)


# --- films -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(32, 48), (32, 48, 3)])
def test_a_finished_run_becomes_a_film(tmp_path, shape):
    pytest.importorskip("av")
    from kinema.data.video import VideoReader

    def brighter(given, given_times, wanted_times, rng):
        return np.stack([np.full(shape, 10 * t, np.uint8) for t in wanted_times])

    plan = autoregressive(20, window=4, step=2, observed=0)
    generate_video(tmp_path / "run", plan, brighter, frame_shape=shape, total=20)
    to_film(tmp_path / "run", tmp_path / "film.mp4", 10)
    film = VideoReader(tmp_path / "film.mp4")
    assert film.fps == 10 and film.size == (32, 48)
    assert np.allclose([frame.mean() for frame in film], 10 * np.arange(20), atol=2)  # what H.264 loses


def test_what_is_no_film_is_refused(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "half", make=interrupt)
    with pytest.raises(ValueError, match="54 of 60 frames in .* are not made yet: finish the run first"):
        to_film(tmp_path / "half", tmp_path / "film.mp4", 10)
    generate_video(
        tmp_path / "floats", [Stage((0,), ())], lambda g, gt, w, rng: np.zeros((1, 4, 5)), frame_shape=(4, 5), total=1, dtype=float
    )
    with pytest.raises(ValueError, match=r"frames of float64 and shape \(4, 5\): a film takes uint8"):
        to_film(tmp_path / "floats", tmp_path / "film.mp4", 10)
    assert not (tmp_path / "film.mp4").exists()
