"""Films that are made on the fly, and films from a folder."""

import numpy as np
import pytest

from kinema.data.video import VideoWriter
from kinema.diffusion.captions import encode, words_of
from kinema.diffusion.clips.digits import MovingDigits
from kinema.diffusion.clips.films import FolderFilms
from kinema.diffusion.clips.shapes import COLOURS, PATHS, SHAPES, SPEEDS, VOCABULARY, MovingShapes, bounced, draw, places


def test_a_film_is_the_same_whenever_asked_and_unlike_its_neighbours():
    for kind in (MovingShapes, MovingDigits):
        one, other = kind(10, seed=3), kind(500, seed=3)
        assert np.array_equal(one.frames(4, range(5)), other.frames(4, range(5)))
        assert not np.array_equal(one.frames(4, [0]), one.frames(5, [0]))
        assert not np.array_equal(one.frames(4, [0]), kind(10, seed=4).frames(4, [0]))


def test_frames_follow_their_indices_not_their_order():
    films = MovingShapes(3)
    whole = films.frames(1, range(30))
    assert np.array_equal(films.frames(1, [25, 3, 3]), whole[[25, 3, 3]])
    assert whole.shape == (30, 32, 32, 3) and whole.dtype == np.float32 and 0 <= whole.min() < whole.max() <= 1


def test_a_ball_between_walls_goes_to_and_fro():
    assert np.allclose(bounced(2.0, 1.5, range(6), 0.0, 5.0), [2, 3.5, 5, 3.5, 2, 0.5])
    assert np.allclose(bounced(2.0, -1.5, [3], 0.0, 5.0), [2.5])


@pytest.mark.parametrize("number", range(12))
def test_the_picture_shows_what_the_caption_says(number):
    films = MovingShapes(40, size=64, seed=2)
    scene, times = films.scene(number), np.arange(40)
    frames, centre = films.frames(number, times), places(scene, times, size=64)
    cover = np.abs(frames - frames.min(axis=(0, 1, 2))).sum(-1) > 0.5
    y, x = np.indices((64, 64))
    # The centre of a symmetric shape is where its pixels are; a triangle's lies lower than the middle of its box.
    seen = np.stack([[(x * m).sum() / m.sum(), (y * m).sum() / m.sum()] for m in cover]) + 0.5
    assert np.abs(seen - centre)[:, : 1 if scene.shape == "triangle" else 2].max() < 0.6
    brightest = frames.reshape(-1, 3)[frames.reshape(-1, 3).sum(-1).argmax()]
    assert np.abs(brightest - COLOURS[scene.colour]).max() < 0.05
    step = np.abs(np.diff(centre, axis=0)).max(axis=0)
    low, high = SPEEDS[scene.speed]
    assert 2 * low <= np.hypot(*step) + 1e-9 <= 2 * high + 1e-9
    steep = np.degrees(np.arctan2(step[1], step[0]))
    assert abs(steep - {"sideways": 0, "up and down": 90, "diagonally": 45}[scene.path]) < 13


def test_shapes_colours_paths_and_speeds_all_occur():
    films = MovingShapes(300)
    scenes = [films.scene(i) for i in range(300)]
    for field, names in (("colour", COLOURS), ("shape", SHAPES), ("path", PATHS), ("speed", SPEEDS)):
        assert {getattr(s, field) for s in scenes} == set(names)
    assert len({draw(s, [0]).tobytes() for s in scenes}) == 300


def test_captions_are_words_of_the_vocabulary():
    films = MovingShapes(50)
    for i in range(50):
        assert encode(films.caption(i), VOCABULARY).sum() == 4
    assert words_of("Red circle, quickly, up and down") == ["red", "circle", "quickly", "up and down"]
    assert encode("", VOCABULARY).sum() == 0 and encode("cross", VOCABULARY)[VOCABULARY.index("cross")] == 1
    with pytest.raises(ValueError, match="'purple' is unknown here; there are: red"):
        encode("purple circle", VOCABULARY)


def test_digits_stay_in_the_frame_and_keep_their_ink():
    pytest.importorskip("sklearn")
    frames = MovingDigits(5, digits=1).frames(2, range(60))
    assert frames.shape == (60, 32, 32, 1) and frames.max() <= 1
    ink = frames.sum(axis=(1, 2, 3))
    assert ink.std() < 0.02 * ink.mean()


def test_a_folder_of_films_is_read_shrunk_and_kept(tmp_path):
    (tmp_path / "deep").mkdir()
    with VideoWriter(tmp_path / "deep" / "a.mp4", 10, (48, 64)) as out:
        for k in range(9):
            out.write(np.full((48, 64, 3), 20 * k, dtype=np.uint8))
    films = FolderFilms(tmp_path, size=16, length=6)
    frames = films.frames(0, [5, 0])
    assert len(films) == 1 and films.length_of(0) == 6 and frames.shape == (2, 16, 16, 3)
    assert np.allclose(frames.mean(axis=(1, 2, 3)), [100 / 255, 0], atol=0.02)


def test_a_folder_without_films_says_what_it_looked_for(tmp_path):
    with pytest.raises(ValueError, match="no film in .*\\.mp4"):
        FolderFilms(tmp_path)
    with VideoWriter(tmp_path / "one.mp4", 10, (32, 32)) as out:
        out.write(np.zeros((32, 32, 3), dtype=np.uint8))
    with pytest.raises(ValueError, match="one frame"):
        FolderFilms(tmp_path).frames(0, [0])


@pytest.mark.parametrize("kind", [MovingShapes, MovingDigits])
def test_frames_too_small_and_films_that_are_not_there_are_refused(kind):
    with pytest.raises(ValueError, match="at least 16"):
        kind(3, size=8)
    with pytest.raises(IndexError):
        kind(3).frames(3, [0])
