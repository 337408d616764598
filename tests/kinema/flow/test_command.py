"""``python -m kinema.flow``."""

import shlex
import subprocess
import sys

import numpy as np
import pytest

from kinema.data import (
    moving_pair,
    read_flo,
    read_image,
    texture,
    translation_flow,
    write_flo,
    write_image,
    write_kitti_flow,
)
from kinema.flow import derivatives, lucas_kanade, normal_flow, pyramidal_lucas_kanade, tv_l1
from kinema.flow.__main__ import build_parser, main
from kinema.flow.command.methods import METHODS
from kinema.flow.command.pictures import picture_with_wheel, read_gray
from kinema.metrics import epe
from kinema.viz import flow_to_color, wheel_picture

SHAPE = (40, 56)
U, V = 0.5, -0.8


@pytest.fixture
def frames(tmp_path):
    """Paths of two pictures between which everything moves by (U, V)."""
    pair = moving_pair(texture(0, shortest=12), translation_flow(U, V, SHAPE))
    paths = [tmp_path / "frame0.png", tmp_path / "frame1.png"]
    for path, image in zip(paths, (pair.I0, pair.I1), strict=True):
        write_image(path, np.rint(255 * image).astype(np.uint8))
    return [str(path) for path in paths]


# End to end


def test_the_command_writes_a_picture_and_says_so(frames, tmp_path, capsys):
    out = tmp_path / "flow.png"
    assert main([*frames, "-o", str(out)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert f"wrote {out}: 100.0% of the pixels solved, wheel's rim" in said.out
    picture = read_image(out)
    assert picture.shape == (*SHAPE, 3)
    # Right and up: the hue of that direction, at nearly full saturation.
    middle = picture[10:25, 10:30].reshape(-1, 3).mean(axis=0)
    hue = flow_to_color(np.array([U, V]).reshape(2, 1, 1))[0, 0]
    assert np.abs(middle - hue).max() < 40


def test_the_flo_file_holds_the_flow_of_the_library(frames, tmp_path, capsys):
    flo = tmp_path / "flow.flo"
    assert main([*frames, "-o", str(tmp_path / "flow.png"), "--flo", str(flo), "--method", "lucas-kanade", "--window", "9"]) == 0
    assert f"wrote {flo}" in capsys.readouterr().out
    I0, I1 = (read_image(path).astype(np.float32) / 255 for path in frames)
    expected = lucas_kanade(I0, I1, window=9, gradient_of="mean")
    np.testing.assert_array_equal(read_flo(flo), expected)
    assert np.nanmedian(np.hypot(*(expected - translation_flow(U, V, SHAPE)))) < 0.1  # one first-order step


@pytest.mark.parametrize("method", ["pyramidal", "tv-l1"])
def test_methods_for_large_motions_write_the_librarys_flow(frames, tmp_path, method):
    flo = tmp_path / "flow.flo"
    chosen = [] if method == "pyramidal" else ["--method", method]  # pyramidal is the default
    assert main([*frames, "-o", str(tmp_path / "flow.png"), "--flo", str(flo), *chosen]) == 0
    I0, I1 = (read_image(path).astype(np.float32) / 255 for path in frames)
    expected = pyramidal_lucas_kanade(I0, I1, smooth=20) if method == "pyramidal" else tv_l1(I0, I1)
    np.testing.assert_array_equal(read_flo(flo), expected)


def test_the_normal_method_writes_normal_flow(frames, tmp_path):
    flo = tmp_path / "flow.flo"
    assert main([*frames, "-o", str(tmp_path / "flow.png"), "--flo", str(flo), "--method", "normal"]) == 0
    I0, I1 = (read_image(path).astype(np.float32) / 255 for path in frames)
    np.testing.assert_array_equal(read_flo(flo), normal_flow(*derivatives(I0, I1, gradient_of="mean")))


def test_truth_prints_the_end_point_error_and_that_of_no_motion(frames, tmp_path, capsys):
    truth, flo = tmp_path / "truth.flo", tmp_path / "flow.flo"
    write_flo(truth, translation_flow(U, V, SHAPE))
    assert main([*frames, "-o", str(tmp_path / "flow.png"), "--flo", str(flo), "--truth", str(truth)]) == 0
    said = capsys.readouterr().out
    error = epe(read_flo(flo).astype(np.float64), translation_flow(U, V, SHAPE))
    assert error < 0.1
    assert f"EPE {error:.3f} px over the 100.0% of known pixels solved" in said
    assert f"no motion at all {np.hypot(U, V):.3f} px" in said


def test_unsolved_pixels_count_as_still_in_the_second_error(tmp_path, capsys):
    image = np.zeros((20, 30), np.uint8)
    image[5:12, 4:14] = np.random.default_rng(0).integers(0, 255, (7, 10))
    solved = np.isfinite(lucas_kanade(image, image, gradient_of="mean")[0])
    assert 0.1 < solved.mean() < 0.9
    # The truth: no motion where the still frames are solved, (3, 4) where they are not.
    write_image(tmp_path / "same.png", image)
    write_flo(tmp_path / "truth.flo", np.where(solved, 0, translation_flow(3, 4, (20, 30))))
    same, truth = str(tmp_path / "same.png"), str(tmp_path / "truth.flo")
    assert main([same, same, "-o", str(tmp_path / "out.png"), "--method", "lucas-kanade", "--window", "5", "--truth", truth]) == 0
    said = capsys.readouterr().out
    missed = 5 * (1 - solved.mean())
    assert f"EPE 0.000 px over the {solved.mean():.1%} of known pixels solved" in said
    assert f"EPE {missed:.3f} px over all known pixels, unsolved taken as still" in said
    assert f"no motion at all {missed:.3f} px" in said


def test_pixels_of_unknown_truth_count_nowhere(tmp_path, capsys):
    image = np.zeros((20, 30), np.uint8)
    image[5:12, 4:14] = np.random.default_rng(0).integers(0, 255, (7, 10))
    solved = np.isfinite(lucas_kanade(image, image, gradient_of="mean")[0])
    write_image(tmp_path / "same.png", image)
    write_flo(tmp_path / "truth.flo", np.where(solved, translation_flow(3, 4, (20, 30)), np.nan))
    same, truth = str(tmp_path / "same.png"), str(tmp_path / "truth.flo")
    assert main([same, same, "-o", str(tmp_path / "out.png"), "--method", "lucas-kanade", "--window", "5", "--truth", truth]) == 0
    said = capsys.readouterr().out
    assert "EPE 5.000 px over the 100.0% of known pixels solved; EPE 5.000 px over all known" in said


def test_truth_may_be_a_kitti_png(frames, tmp_path, capsys):
    truth = tmp_path / "truth.png"
    write_kitti_flow(truth, translation_flow(U, V, SHAPE))
    assert main([*frames, "-o", str(tmp_path / "flow.png"), "--truth", str(truth)]) == 0
    assert "EPE 0.0" in capsys.readouterr().out


def test_max_speed_sets_the_wheels_rim(frames, tmp_path, capsys):
    out = tmp_path / "flow.png"
    assert main([*frames, "-o", str(out), "--max-speed", "20"]) == 0
    assert "wheel's rim 20 pixels/frame" in capsys.readouterr().out
    assert read_image(out)[5:20, 5:30].min() > 225  # a speed of 1 out of 20 is nearly white


def test_colour_frames_are_averaged_to_gray(tmp_path):
    rng = np.random.default_rng(1)
    colour = rng.integers(0, 256, (4, 5, 3)).astype(np.uint8)
    write_image(tmp_path / "colour.png", colour)
    gray = read_gray(tmp_path / "colour.png")
    assert gray.dtype == np.float32
    np.testing.assert_allclose(gray, colour.mean(axis=2) / 255, atol=1e-6)  # float32


def test_16_bit_frames_keep_their_digits(tmp_path):
    image = np.random.default_rng(1).integers(0, 65536, (4, 5)).astype(np.uint16)
    write_image(tmp_path / "deep.png", image)
    gray = read_gray(tmp_path / "deep.png")
    assert gray.dtype == np.float32
    np.testing.assert_allclose(gray, image / 65535, atol=1e-7)  # float32


def test_the_module_runs_as_a_program(frames, tmp_path):
    out = tmp_path / "flow.png"
    done = subprocess.run(
        [sys.executable, "-m", "kinema.flow", *frames, "-o", str(out)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"wrote {out}")
    assert read_image(out).shape == (*SHAPE, 3)


# The picture


def test_the_wheel_stands_in_the_lower_right_corner_and_nowhere_else():
    flow = translation_flow(1.0, 0.0, (80, 120))
    picture, rim = picture_with_wheel(flow, max_speed=1.0)
    plain = flow_to_color(flow, max_speed=1.0)
    assert rim == 1.0
    changed = np.any(picture != plain, axis=2)
    rows, columns = np.nonzero(changed)
    assert rows.min() >= 80 - 2 - 21 and rows.max() <= 77
    assert columns.min() >= 120 - 2 - 21 and columns.max() <= 117
    wheel = wheel_picture(21)
    np.testing.assert_array_equal(picture[57:78, 97:118][10], wheel[10])  # the middle row lies inside the wheel


def test_one_wild_pixel_does_not_set_the_rim():
    flow = translation_flow(1.0, 0.0, (40, 50))
    flow[0, 3, 3] = 1000
    assert picture_with_wheel(flow)[1] == 1.0


def test_a_field_without_motion_or_answer_still_makes_a_picture():
    assert picture_with_wheel(np.zeros((2, 30, 40)))[1] == 1.0
    picture, rim = picture_with_wheel(np.full((2, 30, 40), np.nan))
    assert rim == 1.0
    assert np.all(picture[:10, :10] == 128)


def test_a_frame_too_small_for_the_wheel_has_none():
    flow = translation_flow(1.0, 0.0, (8, 50))
    np.testing.assert_array_equal(picture_with_wheel(flow)[0], flow_to_color(flow))


# Help


def test_the_help_names_every_option_with_examples_and_units(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    for action in build_parser()._actions:
        assert action.help
        for name in action.option_strings or [action.metavar]:
            assert name in text
    for method in METHODS:
        assert method in text
    assert "Examples" in text
    assert "pixels per frame" in text


def test_the_examples_in_the_help_parse():
    lines = [
        line.split() for line in build_parser().format_help().splitlines() if line.startswith("  python -m kinema.flow")
    ]
    assert len(lines) >= 3
    for words in lines:
        assert build_parser().parse_args(words[3:]).out.suffix in (".png", ".mp4")


def test_the_helps_own_frames_can_be_tried(tmp_path):
    pytest.importorskip("av", reason="PyAV, which decodes the shipped footage, is not installed")
    program = next(line for line in build_parser().format_help().splitlines() if "load_clip" in line)
    words = shlex.split(program)
    subprocess.run([sys.executable, *words[1:]], check=True, cwd=tmp_path)
    assert main([str(tmp_path / "city0.png"), str(tmp_path / "city1.png"), "-o", str(tmp_path / "flow.png")]) == 0
    assert read_image(tmp_path / "flow.png").shape == read_image(tmp_path / "city0.png").shape


def test_a_missing_output_is_refused_by_the_parser(frames, capsys):
    with pytest.raises(SystemExit) as stop:
        main(frames)
    assert stop.value.code == 2
    assert "-o" in capsys.readouterr().err


# Failures


def refused(arguments, capsys):
    """The one line on stderr of a command that fails."""
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    return said.err


def test_a_missing_frame_is_one_line(frames, tmp_path, capsys):
    assert "nowhere.png" in refused([frames[0], str(tmp_path / "nowhere.png"), "-o", str(tmp_path / "o.png")], capsys)


def test_a_file_that_is_no_picture_is_one_line(frames, tmp_path, capsys):
    (tmp_path / "note.png").write_text("not a picture")
    assert "note.png is no picture" in refused(
        [frames[0], str(tmp_path / "note.png"), "-o", str(tmp_path / "o.png")], capsys
    )


def test_frames_of_two_sizes_are_one_line(frames, tmp_path, capsys):
    write_image(tmp_path / "small.png", np.zeros((20, 20), np.uint8))
    line = refused([frames[0], str(tmp_path / "small.png"), "-o", str(tmp_path / "o.png")], capsys)
    assert "I0 has shape (40, 56) and I1 has shape (20, 20)" in line


@pytest.mark.parametrize(
    "options, message",
    [
        (["--window", "4"], "window must be an odd positive integer"),
        (["--window", "0"], "window must be an odd positive integer"),
        (["--method", "tv-l1", "--window", "5"], "--window is for pyramidal and lucas-kanade, tv-l1 has none"),
        (["--method", "normal", "--window", "5"], "--window is for pyramidal and lucas-kanade, normal has none"),
        (["--method", "lucas-kanade", "--window", "99"], "at least 99 x 99 are needed"),
        (["--max-speed", "0"], "--max-speed must be a positive number, got 0.0"),
        (["--max-speed", "-3"], "--max-speed must be a positive number"),
        (["--truth", "nowhere.flo"], "nowhere.flo"),
        (["--flo", "no/such/folder/flow.flo"], "no/such/folder"),
    ],
)
def test_bad_options_are_one_line(frames, tmp_path, capsys, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    if options[0] == "--flo":
        assert main([*frames, "-o", "o.png", *options]) == 1
        assert message in capsys.readouterr().err
    else:
        assert message in refused([*frames, "-o", "o.png", *options], capsys)
        assert not (tmp_path / "o.png").exists()


def test_truth_of_another_size_is_one_line_and_nothing_is_written(frames, tmp_path, capsys):
    truth, out = tmp_path / "truth.flo", tmp_path / "o.png"
    write_flo(truth, translation_flow(0, 0, (10, 12)))
    assert "truth.flo is 12 x 10 pixels" in refused([*frames, "-o", str(out), "--truth", str(truth)], capsys)
    assert not out.exists()


def test_a_failing_program_exits_with_one_and_no_traceback(tmp_path):
    command = [sys.executable, "-m", "kinema.flow", "nowhere0.png", "nowhere1.png", "-o", "out.png"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ") and "nowhere0.png" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("clash", ["frame", "both"])
def test_outputs_never_overwrite_inputs_or_each_other(tmp_path, clash, capsys):
    from kinema.data import write_image

    frames = [tmp_path / f"{k}.png" for k in "ab"]
    for frame in frames:
        write_image(frame, np.zeros((20, 24), np.uint8))
    before = frames[0].read_bytes()
    out = frames[0] if clash == "frame" else tmp_path / "o.png"
    extra = ["--flo", str(out)] if clash == "both" else []
    assert main([*map(str, frames), "-o", str(out), *extra]) == 1
    assert "choose another name" in capsys.readouterr().err
    assert frames[0].read_bytes() == before and not (tmp_path / "o.png").exists()
