"""Films, in and out."""

import builtins
import doctest
import itertools
import struct
import wave
from fractions import Fraction

import numpy as np
import pytest

import kinema.data.video
from kinema.data import VideoReader, VideoWriter, load_clip, video_suffixes
from kinema.data.clips import FOOTAGE

av = pytest.importorskip("av", reason="PyAV, which decodes and encodes films, is not installed")

SIZE = (48, 64)
NTSC = Fraction(30000, 1001)
LOSS = 4  # of 255 levels, on average: what coarse colour and compression may take from a smooth pattern


def picture(k, size=SIZE):
    """A smooth pattern of muted colours that moves with `k`; compresses well."""
    y, x = np.mgrid[: size[0], : size[1]]
    wave = np.sin((x + 2 * k) / 18) * np.cos((y - k) / 14)
    return np.dstack([128 + 100 * wave, 128 + 80 * wave, 100 + x]).astype(np.uint8)


def is_picture(frame, k):
    """Whether a frame that went through a film is `picture(k)`, and not the one before or after."""
    size = frame.shape[:2]
    miss = [np.abs(frame.astype(int) - picture(j, size)).mean() for j in (k - 1, k, k + 1)]
    return miss[1] < LOSS and miss[1] == min(miss)


def make(path, count=40, *, size=SIZE, fps=NTSC, codec="libx264"):
    """A film by PyAV alone, with key frames every 10; returns its path."""
    with av.open(str(path), "w") as container:
        # On several threads x264 writes another file each time.
        quality = {"threads": "1"} if codec == "libx264" else {"qmin": "1", "qmax": "3"}
        stream = container.add_stream(codec, rate=fps, options={"g": "10", **quality})
        stream.height, stream.width, stream.pix_fmt = *size, "yuv420p"
        for k in range(count):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(k, size), format="rgb24")))
        container.mux(stream.encode(None))
    return path


def turn(path, degrees):
    """Ask players of an .mp4 to turn it clockwise: the matrix in its track header (ISO/IEC 14496-12)."""
    cosine, sine = (int(round(f(np.radians(degrees)))) * 65536 for f in (np.cos, np.sin))
    raw = bytearray(path.read_bytes())
    start = raw.index(b"tkhd") + 4 + 40  # version 0: 40 bytes before the matrix
    one = 1 << 30
    assert struct.unpack_from(">9i", raw, start) == (65536, 0, 0, 0, 65536, 0, 0, 0, one)
    struct.pack_into(">9i", raw, start, cosine, sine, 0, -sine, cosine, 0, 0, 0, one)
    path.write_bytes(raw)


@pytest.fixture
def film(tmp_path):
    return make(tmp_path / "film.mp4")


# Reading


def test_frames_come_one_by_one_as_rgb_bytes(film):
    reader = VideoReader(film)
    frames = iter(reader)
    first = next(frames)
    assert (first.dtype, first.shape, first.flags.c_contiguous) == (np.uint8, (*SIZE, 3), True)
    frames = [first, *frames]
    assert len(frames) == 40
    assert all(is_picture(frame, k) for k, frame in enumerate(frames))


def test_the_film_says_its_size_rate_and_length(film):
    reader = VideoReader(film)
    assert reader.size == SIZE
    assert reader.fps == NTSC and isinstance(reader.fps, Fraction)
    assert reader.frame_count_hint == 40
    assert "film.mp4" in repr(reader)


def test_a_film_can_be_read_twice_and_given_up_in_between(film):
    reader = VideoReader(film)
    some = list(itertools.islice(reader, 3))
    again = list(reader)
    assert len(again) == 40
    np.testing.assert_array_equal(again[:3], some)


def test_it_reads_what_load_clip_reads():
    clip = load_clip("city")
    reader = VideoReader(FOOTAGE / "city.mp4")
    np.testing.assert_array_equal(np.stack(list(reader)), clip.frames)
    assert float(reader.fps) == clip.frame_rate


def test_lengths_that_the_header_does_not_state_are_estimated_or_unknown(tmp_path):
    stated = VideoReader(make(tmp_path / "film.ts")).frame_count_hint  # a transport stream counts no frames
    assert stated == pytest.approx(40, abs=2)
    assert VideoReader(make(tmp_path / "film.h264")).frame_count_hint is None  # neither counts nor lasts


@pytest.mark.parametrize(("degrees", "turned"), [(90, -1), (180, 2), (270, 1)])
def test_a_film_that_was_held_upright_is_turned(tmp_path, degrees, turned):
    path = make(tmp_path / "film.mp4", 3)
    plain = list(VideoReader(path))
    turn(path, degrees)
    reader = VideoReader(path)
    expected = np.rot90(plain, turned, axes=(1, 2))  # counter-clockwise quarter turns
    assert reader.size == expected.shape[1:3]
    np.testing.assert_array_equal(np.stack(list(reader)), expected)


# Reading what is no film


def test_a_missing_film_and_a_folder_say_so(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.mp4"):
        VideoReader(tmp_path / "nowhere.mp4")
    with pytest.raises(IsADirectoryError):
        VideoReader(tmp_path)


@pytest.mark.parametrize("content", [b"", b"these are words", bytes(4000), b"\x00\x00\x00\x18ftypmp42" + bytes(200)])
def test_a_file_that_is_no_film_is_refused_by_name(tmp_path, content):
    (tmp_path / "note.mp4").write_bytes(content)
    with pytest.raises(ValueError, match=r"note\.mp4 is no film that can be read"):
        VideoReader(tmp_path / "note.mp4")


def test_sound_alone_is_refused(tmp_path):
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        file.writeframes(bytes(8000))
    with pytest.raises(ValueError, match=r"tone\.wav holds no pictures, only sound or text"):
        VideoReader(tmp_path / "tone.wav")


# Reading damaged films


def damaged(path, begin=0.4, finish=0.6, seed=0):
    """The film with noise in its middle; its index, at the end of an .mp4, stays whole."""
    raw = bytearray(path.read_bytes())
    start, end = int(len(raw) * begin), int(len(raw) * finish)
    raw[start:end] = np.random.default_rng(seed).integers(0, 256, end - start).astype(np.uint8).tobytes()
    path.write_bytes(raw)
    return path


def good_frames(reader):
    """How many frames come before the error, and the error."""
    count = 0
    with pytest.raises(ValueError) as error:
        for frame in reader:
            assert is_picture(frame, count)
            count += 1
    return count, str(error.value)


@pytest.mark.parametrize(("suffix", "codec"), [("mp4", "libx264"), ("mp4", "mpeg4"), ("mpg", "mpeg2video")])
def test_a_damaged_film_gives_its_good_frames_and_then_their_number(tmp_path, suffix, codec):
    fps = Fraction(25)
    path = damaged(make(tmp_path / f"broken.{suffix}", codec=codec, fps=fps))
    count, message = good_frames(VideoReader(path))
    assert 5 <= count < 30
    assert message == f"{path} is damaged: only its first {count} frames can be read"
    assert len(list(VideoReader(path, broken="stop"))) == count


def test_wherever_the_damage_is_no_frame_is_made_up(tmp_path):
    # A decoder that stops in the middle of a frame hands over what it made of it, not always marked as corrupt. Noise
    # in the last bytes of a frame may decode without an error (which ones do differs from machine to machine): then
    # that frame suffers, and those that lean on it and are shown before it, x264's B-frames, three at most.
    whole = make(tmp_path / "whole.mp4", fps=Fraction(25)).read_bytes()
    path, counts, spoilt = tmp_path / "broken.mp4", set(), 0
    for seed, begin in enumerate(np.linspace(0.25, 0.48, 40)):
        path.write_bytes(whole)
        good = []
        with pytest.raises(ValueError, match="is damaged"):
            for k, frame in enumerate(VideoReader(damaged(path, begin, begin + 0.1, seed))):
                good.append(is_picture(frame, k))
        assert all(good[:-4])
        counts.add(len(good))
        spoilt += not all(good)
    assert len(counts) > 5
    assert spoilt <= 5  # one to three; were all believed that the decoder gives, it would be seven to thirteen


def test_a_film_whose_download_stopped_is_damaged_too(tmp_path):
    with av.open(str(tmp_path / "whole.mp4"), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=25)
        stream.height, stream.width, stream.pix_fmt = *SIZE, "yuv420p"
        for k in range(40):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(k), format="rgb24")))
        container.mux(stream.encode(None))
    raw = (tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "half.mp4").write_bytes(raw[: len(raw) * 6 // 10])
    count, message = good_frames(VideoReader(tmp_path / "half.mp4"))
    assert 0 < count < 40 and f"only its first {count} frames" in message
    (tmp_path / "head.mp4").write_bytes(raw[: raw.index(b"mdat") + 20])
    with pytest.raises(ValueError, match=r"head\.mp4 (is damaged: only its first 0 frames|holds no frame)"):
        VideoReader(tmp_path / "head.mp4")


@pytest.mark.parametrize("part", [0.4, 0.6, 0.8])
def test_a_matroska_film_cut_anywhere_is_told_by_the_length_it_states(tmp_path, part):
    raw = make(tmp_path / "whole.mkv", 100, fps=Fraction(25)).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(raw[: int(part * len(raw))])
    count, message = good_frames(VideoReader(tmp_path / "cut.mkv"))
    assert 0 < count < 80
    assert "is cut off: it promises 4.0 seconds" in message or f"only its first {count} frames" in message
    assert len(list(VideoReader(tmp_path / "cut.mkv", broken="stop"))) == count


def test_a_title_in_an_old_encoding_is_no_damage(tmp_path):
    with av.open(str(tmp_path / "old.avi"), "w") as container:
        container.metadata["title"] = "Caf@s"
        stream = container.add_stream("mpeg4", rate=25)
        stream.height, stream.width, stream.pix_fmt = *SIZE, "yuv420p"
        for k in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(k), format="rgb24")))
        container.mux(stream.encode(None))
    raw = (tmp_path / "old.avi").read_bytes()
    assert b"Caf@s" in raw
    (tmp_path / "old.avi").write_bytes(raw.replace(b"Caf@s", b"Caf\xe9s"))
    assert len(list(VideoReader(tmp_path / "old.avi"))) == 3


def test_a_film_keeps_the_permissions_of_the_one_it_replaces(tmp_path):
    (tmp_path / "out.mp4").write_bytes(b"old")
    (tmp_path / "out.mp4").chmod(0o600)
    with VideoWriter(tmp_path / "out.mp4", 25, SIZE) as out:
        out.write(picture(0))
    assert (tmp_path / "out.mp4").stat().st_mode & 0o777 == 0o600


def test_frames_that_change_size_are_refused_by_number(tmp_path):
    first, second = make(tmp_path / "a.ts", 12), make(tmp_path / "b.ts", 12, size=(32, 40))
    (tmp_path / "both.ts").write_bytes(first.read_bytes() + second.read_bytes())
    count, message = good_frames(VideoReader(tmp_path / "both.ts"))
    assert count == 12
    assert "both.ts changes size: frame 12 is 40 x 32 pixels, those before are 64 x 48" in message


def test_only_two_ways_to_meet_damage_exist(film):
    with pytest.raises(ValueError, match="broken must be one of 'raise', 'stop', got 'ignore'"):
        VideoReader(film, broken="ignore")


# Writing


@pytest.mark.parametrize("suffix", video_suffixes())
@pytest.mark.parametrize("encoder", ["libx264", "mpeg4"])
def test_what_was_written_is_read_back(tmp_path, suffix, encoder, monkeypatch):
    monkeypatch.setattr(
        kinema.data.video, "ENCODERS", {"no-such-encoder": {}, encoder: kinema.data.video.ENCODERS[encoder]}
    )
    path = tmp_path / f"out{suffix}"
    with VideoWriter(path, NTSC, SIZE) as out:
        for k in range(30):
            out.write(picture(k))
    reader = VideoReader(path)
    frames = list(reader)
    assert (len(frames), reader.size, reader.fps) == (30, SIZE, NTSC)
    assert all(is_picture(frame, k) for k, frame in enumerate(frames))
    assert list(tmp_path.iterdir()) == [path]


def test_colours_survive_as_themselves(tmp_path):
    # The wrong one of the two colour standards would shift a pure green or red by 10 levels and more.
    colours = np.array([[200, 30, 30], [30, 200, 30], [30, 30, 200], [200, 200, 200]], np.uint8)
    frame = np.repeat(np.repeat(colours[None], 16, axis=1), 32, axis=0)
    with VideoWriter(tmp_path / "out.mp4", 10, frame.shape[:2]) as out:
        out.write(frame)
    (read,) = VideoReader(tmp_path / "out.mp4")
    assert np.abs(read[16, 8::16].astype(int) - colours).max() <= 4
    with av.open(str(tmp_path / "out.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_range) == (1, 1)  # BT.709, limited: as the file's header says


@pytest.mark.parametrize("size", [(47, 64), (48, 63), (47, 63), (1, 1)])
def test_odd_sizes_grow_by_a_repeated_row_or_column(tmp_path, size):
    with VideoWriter(tmp_path / "out.mp4", 25, size) as out:
        out.write(picture(0, size))
    (frame,) = VideoReader(tmp_path / "out.mp4")
    height, width = size
    assert frame.shape == (height + height % 2, width + width % 2, 3)
    expected = np.pad(picture(0, size), ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    assert np.abs(frame.astype(int) - expected).mean() < LOSS


def test_gray_frames_and_any_array_library_are_written(tmp_path, put):
    gray = picture(3)[..., 0]
    with VideoWriter(tmp_path / "out.mp4", 25, SIZE) as out:
        out.write(put(gray))
        out.write(put(np.dstack([gray] * 3)))
    first, second = VideoReader(tmp_path / "out.mp4")
    assert np.abs(first.astype(int) - gray[..., None]).max() < 20
    assert np.abs(first.astype(int) - second).max() < 20


@pytest.mark.parametrize("fps", [25, 12.5, 29.97, Fraction(25, 2), NTSC, 1, 240])
def test_the_rate_is_kept(tmp_path, fps):
    with VideoWriter(tmp_path / "out.mp4", fps, SIZE) as out:
        for k in range(4):
            out.write(picture(k))
    assert float(VideoReader(tmp_path / "out.mp4").fps) == pytest.approx(float(fps), rel=1e-6)  # 29.97 as a ratio


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_film_leaves_the_old_one_and_nothing_else(tmp_path, error):
    path = tmp_path / "out.mp4"
    path.write_bytes(b"old")
    with pytest.raises(error), VideoWriter(path, 25, SIZE) as out:
        for k in range(60):  # more than the encoder keeps to itself
            out.write(picture(k))
        assert path.read_bytes() == b"old"
        raise error
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_that_is_not_open_says_so(tmp_path):
    with pytest.raises(ValueError, match="use the writer in a with statement"):
        VideoWriter(tmp_path / "out.mp4", 25, SIZE).write(picture(0))


def test_a_link_is_followed_and_what_it_points_to_replaced(tmp_path):
    (tmp_path / "real.mp4").write_bytes(b"old")
    (tmp_path / "link.mp4").symlink_to(tmp_path / "real.mp4")
    with VideoWriter(tmp_path / "link.mp4", 25, SIZE) as out:
        out.write(picture(0))
    assert (tmp_path / "link.mp4").is_symlink() and len(list(VideoReader(tmp_path / "real.mp4"))) == 1


def test_a_film_without_frames_is_none(tmp_path):
    with pytest.raises(ValueError, match=r"no frame was written: there is no film .*out\.mp4"):
        with VideoWriter(tmp_path / "out.mp4", 25, SIZE):
            pass
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("path", "fps", "size", "message"),
    [
        ("out.gif", 25, SIZE, "out.gif has no film's suffix: name it .mp4, .m4v, .mov, .mkv"),
        ("out", 25, SIZE, "out has no film's suffix"),
        ("out.mp4", 0, SIZE, r"fps must be a number of frames per second, from 0\.001 on, got 0"),
        ("out.mp4", 1e-5, SIZE, "fps must be a number .* got 1e-05"),
        ("out.mp4", float("inf"), SIZE, "fps must be a number .* got inf"),
        ("out.mp4", float("nan"), SIZE, "fps must be a number .* got nan"),
        ("out.mp4", 25, (0, 64), "size must be a height and a width"),
        ("out.mp4", 25, (48, 64, 3), "size must be a height and a width"),
    ],
)
def test_films_that_cannot_be_are_refused(path, fps, size, message):
    with pytest.raises(ValueError, match=message):
        VideoWriter(path, fps, size)


def test_a_missing_folder_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such folder"):
        with VideoWriter(tmp_path / "no" / "out.mp4", 25, SIZE):
            pass


@pytest.mark.parametrize(
    "frame", [picture(0).astype(float), picture(0).transpose(1, 0, 2), picture(0)[None], np.zeros((48, 64, 4), np.uint8)]
)
def test_frames_of_another_size_or_type_are_refused_by_number(tmp_path, frame):
    with pytest.raises(ValueError, match=r"frame 1 has dtype .* expected uint8 \(48, 64, 3\)"):
        with VideoWriter(tmp_path / "out.mp4", 25, SIZE) as out:
            out.write(picture(0))
            out.write(frame)
    assert not list(tmp_path.iterdir())


# Without PyAV


def test_without_pyav_the_remedy_is_named(film, monkeypatch):
    original = builtins.__import__

    def no_av(name, *args, **kwargs):
        if name == "av":
            raise ImportError("No module named 'av'")
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_av)
    with pytest.raises(ImportError, match=r"with PyAV: pip install 'kinema\[data\]'"):
        VideoReader(film)
    with pytest.raises(ImportError, match=r"with PyAV: pip install 'kinema\[data\]'"):
        with VideoWriter(film, 25, SIZE):
            pass


def test_an_ffmpeg_without_encoders_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(kinema.data.video, "ENCODERS", {"no-such-encoder": {}})
    with pytest.raises(ImportError, match="encodes neither H.264 nor MPEG-4"):
        with VideoWriter(tmp_path / "out.mp4", 25, SIZE):
            pass
    assert not list(tmp_path.iterdir())


def test_the_docstrings_example_is_true():
    tried = doctest.testmod(kinema.data.video)
    assert tried.attempted == 4 and tried.failed == 0
