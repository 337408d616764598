"""``python -m kinema.flow`` on films."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("av", reason="PyAV, which decodes and encodes films, is not installed")

from kinema.data import (  # noqa: E402
    VideoReader,
    VideoWriter,
    moving_pair,
    read_flo,
    texture,
    translation_flow,
    write_image,
)
from kinema.flow import lucas_kanade  # noqa: E402
from kinema.flow.__main__ import main  # noqa: E402
from kinema.flow.command.film import flow_pairs, scaled_size, shrunk  # noqa: E402
from kinema.flow.command.pictures import rim_speed, to_gray, with_arrows  # noqa: E402
from kinema.viz import flow_to_color  # noqa: E402

SIZE = (48, 64)
U, V = 0.5, -0.75
FPS = Fraction(30000, 1001)


def frame(k, size=SIZE):
    """What the camera sees in frame `k`, uint8 (H, W, 3): a texture that moves by (U, V) per frame."""
    gray = moving_pair(texture(0, shortest=12), translation_flow(-U * k, -V * k, size)).I0
    return np.repeat(np.rint(40 + 170 * gray).astype(np.uint8)[..., None], 3, axis=2)


def make(path, count=12, size=SIZE, fps=FPS):
    with VideoWriter(path, fps, size) as out:
        for k in range(count):
            out.write(frame(k, size))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
def film(made, tmp_path):
    return shutil.copy(made, tmp_path / "film.mp4")


def run(film, out, *options):
    return main([str(film), "-o", str(out), *map(str, options)])


def left(folder):
    """Names of everything in a folder, hidden or not."""
    return sorted(path.name for path in folder.iterdir())


# What it writes


def test_a_film_becomes_a_film_of_flow_of_its_rate(film, tmp_path, capsys):
    out = tmp_path / "flow.mp4"
    assert run(film, out) == 0
    said = capsys.readouterr()
    assert said.err == ""  # not a terminal: no progress
    (rim,) = re.findall(
        rf"wrote {out}: 11 frames at 29\.97 frames/s, 100\.0% of the pixels solved, "
        r"wheel's rim ([\d.]+) pixels/frame, the 99th percentile of speed in the first 5 pairs\n",
        said.out,
    )
    assert 0.8 < float(rim) < 1.5  # |(U, V)| is 0.9; one first-order step and compression stray a little
    reader = VideoReader(out)
    assert (reader.size, reader.fps) == (SIZE, FPS)
    pictures = list(reader)
    assert len(pictures) == 11
    hue = flow_to_color(np.array([U, V]).reshape(2, 1, 1), max_speed=float(rim))[0, 0]
    for picture in pictures:
        middle = picture[8:30, 8:45].reshape(-1, 3).mean(axis=0)
        assert np.abs(middle - hue).max() < 40
    assert left(tmp_path) == ["film.mp4", "flow.mp4"]


def test_the_flo_files_hold_the_librarys_flow_of_each_pair(film, tmp_path, capsys):
    assert run(film, tmp_path / "o.mp4", "--flo-dir", tmp_path / "flows", "--method", "lucas-kanade", "--window", 9) == 0
    assert f"wrote 11 .flo files to {tmp_path / 'flows'}" in capsys.readouterr().out
    frames = list(VideoReader(film))
    for k in range(11):
        flow = read_flo(tmp_path / "flows" / f"{k:06d}.flo")
        expected = lucas_kanade(to_gray(frames[k]), to_gray(frames[k + 1]), window=9, gradient_of="mean")
        np.testing.assert_array_equal(flow, expected)
    assert len(left(tmp_path / "flows")) == 11


def test_every_nth_frame_makes_larger_motions_at_a_lower_rate(film, tmp_path):
    assert run(film, tmp_path / "o.mp4", "--every", 3, "--flo-dir", tmp_path / "flows", "--max-speed", 3) == 0
    assert left(tmp_path / "flows") == ["000000.flo", "000003.flo", "000006.flo"]
    assert VideoReader(tmp_path / "o.mp4").fps == FPS / 3
    pairs = list(flow_pairs(VideoReader(film), method="lucas-kanade", window=15, every=3))
    frames = list(VideoReader(film))
    assert [pair.number for pair in pairs] == [0, 3, 6]
    np.testing.assert_array_equal(pairs[1].frame, frames[3])
    expected = lucas_kanade(to_gray(frames[3]), to_gray(frames[6]), window=15, gradient_of="mean")
    np.testing.assert_array_equal(pairs[1].flow, expected)


def test_scale_works_in_pixels_of_the_small_frames(film, tmp_path):
    assert run(film, tmp_path / "o.mp4", "--scale", 0.5, "--flo-dir", tmp_path / "flows", "--window", 7) == 0
    assert VideoReader(tmp_path / "o.mp4").size == (24, 32)
    flow = read_flo(tmp_path / "flows" / "000004.flo")
    assert flow.shape == (2, 24, 32)
    u, v = np.nanmedian(flow[:, 4:-4, 4:-4], axis=(1, 2))
    assert (u, v) == (pytest.approx(U / 2, abs=0.1), pytest.approx(V / 2, abs=0.1))  # first-order, compressed


def test_shrinking_averages_blocks():
    image = np.random.default_rng(0).integers(0, 256, (6, 8, 3)).astype(np.uint8)
    blocks = image.reshape(3, 2, 4, 2, 3).mean(axis=(1, 3))
    assert np.abs(shrunk(image, 0.5) - blocks).max() <= 1  # rounded twice: along rows, then along columns
    assert shrunk(image, 1.0) is image
    assert scaled_size((5, 100), 0.01) == (1, 1)


def test_side_by_side_shows_each_frame_left_of_its_flow(film, tmp_path):
    assert run(film, tmp_path / "plain.mp4", "--max-speed", 2) == 0
    assert run(film, tmp_path / "both.mp4", "--max-speed", 2, "--side-by-side") == 0
    frames, plain, both = (list(VideoReader(p)) for p in (film, tmp_path / "plain.mp4", tmp_path / "both.mp4"))
    assert both[0].shape == (48, 128, 3)
    for k in (0, 5, 10):
        left_half, right_half = both[k][:, :64].astype(int), both[k][:, 64:].astype(int)
        # Compressed once more: a few levels, where the neighbouring frames are 10 away.
        assert np.abs(left_half - frames[k]).mean() < 4
        assert np.abs(right_half - plain[k]).mean() < 6


def test_arrows_are_drawn_over_the_frames(film, tmp_path):
    assert run(film, tmp_path / "o.mp4", "--arrows", "--max-speed", 1) == 0
    frames, drawn = list(VideoReader(film)), list(VideoReader(tmp_path / "o.mp4"))
    difference = np.abs(drawn[4].astype(int) - frames[4]).max(axis=2)
    assert 0.02 < (difference > 60).mean() < 0.5  # arrows here and there, the frame between them


def test_arrows_point_along_the_flow_and_skip_what_is_unknown():
    flow = np.zeros((2, 60, 90))
    flow[0], flow[1, :, :45] = 2.0, 2.0  # right and down on the left side, right on the other
    flow[:, 30:] = np.nan
    gray = np.full((60, 90, 3), 128, np.uint8)
    drawn = with_arrows(gray, flow, max_speed=3.0)
    assert drawn.dtype == np.uint8 and drawn.shape == gray.shape
    changed = np.any(drawn != 128, axis=2)
    assert not changed[32 + 12 :].any()  # NaN below row 30; an arrow is at most a cell long
    assert changed[6, 57] and changed[8, 8]
    assert np.all(gray == 128)  # the frame that was given stays as it was


def test_a_wild_arrow_is_cut_at_two_cells():
    flow = np.zeros((2, 60, 90))
    flow[0, 30, 30] = 1000.0
    drawn = np.any(with_arrows(np.full((60, 90, 3), 128, np.uint8), flow, max_speed=1.0) != 128, axis=2)
    columns = np.nonzero(drawn[30])[0]
    assert {30, 50} <= set(columns)
    dots = with_arrows(np.full((60, 90, 3), 128, np.uint8), np.zeros((2, 60, 90)), max_speed=1.0) != 128
    assert not (drawn & ~np.any(dots, axis=2))[30, 58:].any()


def test_the_rim_is_the_99th_percentile_over_several_flows():
    flows = [np.full((2, 10, 10), np.nan), np.zeros((2, 10, 10)), np.zeros((2, 10, 10))]
    flows[1][0], flows[2][1] = np.arange(100).reshape(10, 10), 100 + np.arange(100).reshape(10, 10)
    assert rim_speed(flows) == pytest.approx(np.percentile(np.arange(200), 99))
    assert rim_speed(flows[:1]) == 1
    assert rim_speed([np.zeros((2, 3, 4))]) == 1


def test_all_frames_share_one_rim(tmp_path):
    # The first pairs hardly move, the later ones do: a rim of their own would colour both alike.
    with VideoWriter(tmp_path / "film.mp4", 10, SIZE) as out:
        for k in [0] * 8 + [0, 1, 2, 3]:
            out.write(frame(k))
    assert run(tmp_path / "film.mp4", tmp_path / "o.mp4", "--max-speed", 4) == 0
    pictures = [p.astype(int) for p in VideoReader(tmp_path / "o.mp4")]
    assert pictures[2][10:25, 10:40].min() > 235  # still: white
    assert 150 < pictures[-1][10:25, 10:40].min(axis=2).mean() < 235  # a speed of 0.9 of 4: pale


# What it refuses


def refused(capsys, folder, *arguments):
    """The one line on stderr of a command that fails; nothing is left in `folder` that was not there."""
    before = left(folder)
    assert main([str(argument) for argument in arguments]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ") and said.err.count("\n") == 1
    assert left(folder) == before
    return said.err


def test_a_missing_film(tmp_path, capsys):
    assert "nowhere.mp4" in refused(capsys, tmp_path, tmp_path / "nowhere.mp4", "-o", tmp_path / "o.mp4")


def test_a_file_that_is_no_film(tmp_path, capsys):
    (tmp_path / "note.mp4").write_text("words")
    assert "note.mp4 is no film" in refused(capsys, tmp_path, tmp_path / "note.mp4", "-o", tmp_path / "o.mp4")


def test_a_film_of_one_frame_and_a_lone_picture(tmp_path, film, capsys):
    make(tmp_path / "one.mp4", 1)
    line = refused(capsys, tmp_path, tmp_path / "one.mp4", "-o", tmp_path / "o.mp4")
    assert "one.mp4 is too short: flow needs two frames" in line
    assert "two frames, 12 apart" in refused(capsys, tmp_path, film, "-o", tmp_path / "o.mp4", "--every", 12)
    write_image(tmp_path / "frame.png", frame(0))
    assert "frame.png is too short" in refused(capsys, tmp_path, tmp_path / "frame.png", "-o", tmp_path / "o.mp4")


@pytest.mark.parametrize("there", [True, False])
def test_a_film_damaged_in_the_middle_leaves_nothing_half_written(tmp_path, film, capsys, there):
    make(tmp_path / "long.mp4", 60)
    raw = bytearray((tmp_path / "long.mp4").read_bytes())
    a, b = len(raw) * 4 // 10, len(raw) * 6 // 10
    raw[a:b] = np.random.default_rng(0).integers(0, 256, b - a).astype(np.uint8).tobytes()
    (tmp_path / "long.mp4").write_bytes(raw)
    out = tmp_path / "o.mp4"
    if there:
        out.write_bytes(b"old")
    line = refused(capsys, tmp_path, tmp_path / "long.mp4", "-o", out, "--flo-dir", tmp_path / "flows")
    (count,) = re.findall(r"long\.mp4 is damaged: only its first (\d+) frames can be read", line)
    assert not there or out.read_bytes() == b"old"
    assert run(tmp_path / "long.mp4", out, "--stop-at-damage") == 0
    assert len(list(VideoReader(out))) == int(count) - 1


def test_a_film_whose_frames_change_size(tmp_path, capsys):
    # Transport streams may be joined end to end, so this one is made with PyAV itself.
    import av

    raw = b""
    for size in (SIZE, (32, 40)):
        with av.open(str(tmp_path / "part.ts"), "w") as container:
            stream = container.add_stream("libx264", rate=25)
            stream.height, stream.width, stream.pix_fmt = *size, "yuv420p"
            for k in range(12):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame(k, size), format="rgb24")))
            container.mux(stream.encode(None))
        raw += (tmp_path / "part.ts").read_bytes()
    (tmp_path / "two.ts").write_bytes(raw)
    assert "two.ts changes size: frame 12" in refused(capsys, tmp_path, tmp_path / "two.ts", "-o", tmp_path / "o.mp4")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "o.gif"], "o.gif has no film's suffix: name it .mp4"),
        (["-o", "o.png"], "o.png has no film's suffix"),
        (["-o", "film.mp4"], "film.mp4 is already an input"),
        (["-o", "./nothing/../film.mp4"], "cannot be written|already an input"),
        (["-o", "no/o.mp4"], "no/o.mp4 cannot be written: name a file in a folder that exists"),
        (["-o", "o.mp4", "--flo-dir", "full"], "full is there already, and not an empty folder"),
        (["-o", "o.mp4", "--flo-dir", "o.mp4"], "o.mp4 is to hold the flows alone, and o.mp4 is or lies in it"),
        (["-o", "o.mp4", "--flo-dir", "no/flows"], "no/flows cannot be made: name a new folder in one that exists"),
        (["-o", "o.mp4", "--scale", "0"], "--scale must be above 0 and at most 1, got 0.0"),
        (["-o", "o.mp4", "--scale", "1.5"], "--scale must be above 0 and at most 1"),
        (["-o", "o.mp4", "--scale", "nan"], "--scale must be above 0"),
        (["-o", "o.mp4", "--every", "0"], "--every must be at least 1, got 0"),
        (["-o", "o.mp4", "--max-speed", "0"], "--max-speed must be a positive number"),
        (["-o", "o.mp4", "--window", "4"], "window must be an odd positive integer"),
        (["-o", "o.mp4", "--method", "lucas-kanade", "--window", "99"], "at least 99 x 99 are needed"),
        (["-o", "o.mp4", "--flo", "o.flo"], "--flo is for two pictures: see --help"),
        (["-o", "o.mp4", "--truth", "t.flo"], "--truth is for two pictures"),
        (["film.mp4", "-o", "o.png", "--flo-dir", "d"], "--flo-dir is for a film: see --help"),
        (["film.mp4", "-o", "o.png", "--every", "0"], "--every is for a film"),
        (["film.mp4", "film.mp4", "-o", "o.png"], "give two pictures or one film, not 3 files"),
    ],
)
def test_bad_options_are_one_line(film, tmp_path, capsys, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    before = film.read_bytes()
    assert re.search(message, refused(capsys, tmp_path, "film.mp4", *options))
    assert film.read_bytes() == before


def test_targets_that_are_no_files_or_the_input_by_another_name_are_refused(film, capsys, tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    os.link(film, tmp_path / "hard.mp4")
    (tmp_path / "loop.mp4").symlink_to(tmp_path / "loop.mp4")
    assert "is no ordinary file" in refused(capsys, tmp_path, film, "-o", tmp_path / "pipe.mp4")
    assert "is no ordinary file: save the film first" in refused(capsys, tmp_path, tmp_path / "pipe.mp4", "-o", tmp_path / "o.mp4")
    assert "is already an input" in refused(capsys, tmp_path, film, "-o", tmp_path / "hard.mp4")
    assert "loop.mp4" in refused(capsys, tmp_path, tmp_path / "loop.mp4", "-o", tmp_path / "o.mp4")


# As a program


def test_a_signal_that_is_ignored_stays_ignored_and_others_threads_are_let_be(film, tmp_path, monkeypatch):
    seen = []
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        monkeypatch.setattr("kinema.flow.__main__.run", lambda a: [seen.append(signal.getsignal(signal.SIGTERM)) or "done"])
        assert run(film, tmp_path / "o.mp4") == 0
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(run, film, tmp_path / "o.mp4").result() == 0
    finally:
        signal.signal(signal.SIGTERM, before)
    assert seen == [signal.SIG_IGN] * 2


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_exits_with_its_number_and_leaves_nothing(tmp_path, name):
    number = getattr(signal, name)
    long = make(tmp_path / "long.mp4", 400)
    (tmp_path / "o.mp4").write_bytes(b"old")
    command = [sys.executable, "-m", "kinema.flow", str(long), "-o", str(tmp_path / "o.mp4")]
    command += ["--flo-dir", str(tmp_path / "flows")]
    # A test run in the background ignores Ctrl-C or the end of its terminal, and so would what it starts.
    program = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(number, signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL),
    )
    try:
        deadline = time.monotonic() + 60
        while not any(name.startswith(".o-draft") for name in left(tmp_path)):  # it writes by now
            assert program.poll() is None, program.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        program.send_signal(number)
        out, err = program.communicate(timeout=60)
    finally:
        program.kill()
    assert (program.returncode, out, err) == (128 + number, "", "")
    assert left(tmp_path) == ["long.mp4", "o.mp4"]
    assert (tmp_path / "o.mp4").read_bytes() == b"old"


def test_a_terminal_sees_how_far_it_is(film, tmp_path):
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kinema.flow", str(film), "-o", str(tmp_path / "o.mp4")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, text=True, check=False)
    os.close(theirs)
    seen = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0 and done.stdout.startswith("wrote ")
    assert seen.endswith("\r\x1b[K")  # whatever was drawn is wiped


PEAK = """
import re, resource, sys
from pathlib import Path
from kinema.flow.__main__ import main
status = main([sys.argv[1], "-o", sys.argv[2], "--side-by-side"])
try:
    # Linux's ru_maxrss remembers the process that started this one, pytest with torch in it; this does not.
    (kib,) = re.findall(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())
except OSError:
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
print(kib, "KiB", status)
"""


def test_memory_does_not_grow_with_the_film(tmp_path):
    pytest.importorskip("resource", reason="this system does not measure peak memory")
    size, peaks = (120, 160), {}
    for seconds in (4, 40):
        film = make(tmp_path / f"{seconds}.mp4", 10 * seconds, size, 10)
        command = [sys.executable, "-c", PEAK, str(film), str(tmp_path / "o.mp4")]
        # One thread: each further one brings buffers of its own, which come and go by chance.
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
        )
        *_, peak, unit, status = done.stdout.split()
        assert (unit, status) == ("KiB", "0")
        peaks[seconds] = int(peak) / 1024
    # 360 more frames: kept as bytes they would be 20 MiB, kept as flow 53 MiB. What may differ is what the
    # encoder looks ahead, 40 frames of 57 KiB as it stores them, and the allocator's slack.
    more = 360 * 120 * 160 * 3 / 2**20
    assert peaks[40] - peaks[4] < more / 2, peaks
