"""The shipped footage."""

import builtins

import numpy as np
import pytest

from kinema.data import clip_names, load_clip
from kinema.data.clips import CLIPS, FOOTAGE
from kinema.data.make_footage import halve

pytest.importorskip("av", reason="PyAV, which decodes the shipped footage, is not installed")


def test_every_clip_ships_with_its_licence_and_its_readme():
    readme = (FOOTAGE / "README.md").read_text(encoding="utf-8")
    assert clip_names() == tuple(CLIPS)
    for info in CLIPS.values():
        assert (FOOTAGE / info.file).is_file()
        assert info.file in readme
        assert info.licence and info.source and info.about
    assert {path.name for path in FOOTAGE.iterdir()} == {"README.md", *(info.file for info in CLIPS.values())}


def test_the_city_is_what_the_readme_says():
    clip = load_clip("city")
    assert clip.frames.dtype == np.uint8
    assert clip.frames.shape == (57, 202, 360, 3)
    assert clip.frame_rate == 12.5
    assert clip.frames.std() > 10  # pictures, not black
    # It drifts: neighbours differ, but less than frames far apart.
    gray = clip.frames.astype(float).mean(axis=3)
    near, far = np.abs(gray[1] - gray[0]).mean(), np.abs(gray[40] - gray[0]).mean()
    assert 0 < near < far


def test_start_stop_and_step_choose_frames_and_the_step_slows_the_rate():
    whole = load_clip("city").frames
    part = load_clip("city", start=3, stop=20, step=4)
    np.testing.assert_array_equal(part.frames, whole[3:20:4])
    assert part.frame_rate == 12.5 / 4
    backwards = load_clip("city", start=9, stop=5, step=-2)
    np.testing.assert_array_equal(backwards.frames, whole[9:5:-2])
    assert backwards.frame_rate == 12.5 / 2


def test_unknown_clips_and_empty_ranges_are_refused():
    with pytest.raises(ValueError, match="no clip called 'town'; there are: city"):
        load_clip("town")
    with pytest.raises(ValueError, match=r"'city' has 57 frames: none lies in \[60:None:1\]"):
        load_clip("city", start=60)


def test_without_pyav_the_remedy_is_named(monkeypatch):
    original = builtins.__import__

    def no_av(name, *args, **kwargs):
        if name == "av":
            raise ImportError("No module named 'av'")
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_av)
    with pytest.raises(ImportError, match=r"needs PyAV: pip install 'kinema\[data\]'"):
        load_clip("city")


def test_halving_averages_blocks_and_drops_what_does_not_fit():
    frame = np.zeros((6, 9, 3), np.uint8)
    frame[:2, :2] = np.array([[0, 10], [20, 31]])[..., None]
    half = halve(frame)
    assert half.shape == (2, 4, 3)  # 4 x 8 of the 6 x 9 pixels
    assert half.dtype == np.uint8
    assert np.all(half[0, 0] == 15)  # 15.25
    assert np.all(half[1:] == 0)
