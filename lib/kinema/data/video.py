"""Films, one frame at a time: memory holds a few frames however long the film is.

PyAV does the decoding and encoding; it brings FFmpeg along, so that nothing else is installed.
"""

import errno
import math
import os
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np

from kinema.arrays import to_numpy
from kinema.checks import check_choice
from kinema.data.drafts import draft_of

VIDEO_SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv")
# H.264 wherever PyAV's FFmpeg can write it, and its older brother, which every FFmpeg can. The
# options ask for more quality than the default: flow colours have sharp edges.
ENCODERS = {"libx264": {"crf": "18"}, "mpeg4": {"qmin": "2", "qmax": "4"}}
MISSED = 0.5  # seconds: a last frame may stand that long, and longer in a long film
BT709 = 1  # code of the colour standard for films, in FFmpeg and in the files' own headers
LIMITED_RANGE = 1


def _import_av():
    try:
        import av
    except ImportError as error:
        raise ImportError("films are read and written with PyAV: pip install 'kinema[data]'") from error
    return av


def video_suffixes():
    """Suffixes that `VideoWriter` understands, such as ".mp4"."""
    return VIDEO_SUFFIXES


class VideoReader:
    """The frames of a film, decoded as they are asked for.

    Iterating begins at the first frame each time. A film whose frame rate varies is read frame by
    frame all the same; `fps` is then its mean.

    Parameters
    ----------
    path : str or Path
        Any film that FFmpeg reads.
    broken : {"raise", "stop"}
        What to do where a film is damaged: raise after the good frames, or end there as if the film
        did. A film cut off cleanly between two frames is told by the length that it states, which films with
        sound and GIFs do not state of their pictures. And a frame whose last bytes alone are damaged may pass
        for good: films carry no checksums.

    Attributes
    ----------
    path : Path
    size : (int, int)
        Height and width, pixels, as in the shape of a frame; the film's rotation is already applied.
    fps : Fraction
        Frames per second.
    frame_count_hint : int or None
        How many frames the file claims to hold; None if it does not say. Headers err: use it for
        progress only.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no film, holds sound only, or not even its first frame can be read.
    ImportError
        If PyAV is not installed.

    Examples
    --------
    >>> from kinema.data.clips import FOOTAGE
    >>> film = VideoReader(FOOTAGE / "city.mp4")
    >>> film.size, film.fps, film.frame_count_hint
    ((202, 360), Fraction(25, 2), 57)
    >>> next(iter(film)).shape
    (202, 360, 3)
    """

    def __init__(self, path, *, broken="raise"):
        self.path, self.broken = Path(path), check_choice(broken, ("raise", "stop"), "broken")
        if not self.path.exists():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        if self.path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not self.path.is_file():  # a pipe, say: it can be read once, and this reads twice
            raise ValueError(f"{path} is no ordinary file: save the film first")
        with self._open() as container:
            stream = container.streams.video[0]
            rate = stream.average_rate or stream.guessed_rate
            if not rate:
                raise ValueError(f"{path} states no frame rate: is it a film?")
            self.fps = Fraction(rate)
            seconds = container.duration / 1e6 if container.duration else 0  # FFmpeg counts microseconds
            # Beside sound the file's length is that of the longer of the two.
            self._promised = seconds if len(container.streams) == 1 else 0
            self.frame_count_hint = stream.frames or round(seconds * self.fps) or None
        self.size = None
        for frame in VideoReader._frames(self, "raise"):
            self.size = frame.shape[:2]
            break
        if self.size is None:
            raise ValueError(f"{path} holds no frame that can be read: damaged, or of a kind that FFmpeg cannot decode")

    def __repr__(self):
        return f"VideoReader({str(self.path)!r})"

    def _open(self):
        """The opened file, which has a video stream."""
        av = _import_av()
        try:
            container = av.open(str(self.path.absolute()), metadata_errors="replace")  # titles in any old encoding
        except av.error.FFmpegError as error:
            if isinstance(error, OSError):  # no permission, for one: says so itself
                raise
            raise ValueError(f"{self.path} is no film that can be read: unknown format, or damaged") from error
        if not container.streams.video:
            container.close()
            raise ValueError(f"{self.path} holds no pictures, only sound or text: it has no video stream")
        if container.streams.video[0].codec_context is None:
            container.close()
            raise ValueError(f"{self.path} is damaged, or of a kind that FFmpeg cannot decode")
        return container

    def __iter__(self):
        """Each frame, uint8 (H, W, 3) RGB.

        Raises
        ------
        ValueError
            At the first frame that is damaged (unless `broken` is "stop") or of another size.
        """
        return self._frames(self.broken)

    def _frames(self, broken):
        with self._open() as container:
            number, end = 0, None
            for frame in _decoded(container):
                if frame is None:
                    if broken == "stop":
                        return
                    raise ValueError(f"{self.path} is damaged: only its first {number} frames can be read")
                picture = _upright(frame)
                if self.size is not None and picture.shape[:2] != self.size:
                    height, width = picture.shape[:2]
                    raise ValueError(
                        f"{self.path} changes size: frame {number} is {width} x {height} pixels, "
                        f"those before are {self.size[1]} x {self.size[0]}: cut the film there"
                    )
                yield picture
                number += 1
                if frame.time is not None:
                    shown = (frame.duration or 0) * (frame.time_base or 0)
                    end = frame.time + float(max(shown, 1 / self.fps))
            # Cut between two frames, a file without an index of them looks whole but for the length that it states.
            if broken == "raise" and end is not None and self._promised - end > max(0.2 * self._promised, MISSED):
                raise ValueError(
                    f"{self.path} is cut off: it promises {self._promised:.1f} seconds, but ends after {end:.1f}, "
                    f"{number} frames"
                )


def _decoded(container):
    """Decoded frames; None, and the end, where the film is damaged."""
    av = _import_av()
    stream = container.streams.video[0]
    # With threads of frames, how many frames precede a damage would depend on how busy the machine is.
    stream.thread_type = "SLICE"
    packet = None
    try:
        for packet in container.demux(stream):
            for frame in packet.decode():
                if frame.is_corrupt:  # FFmpeg made up what it could not read
                    yield None
                    return
                yield frame
    except av.error.FFmpegError:
        yield from _left_over(stream, None if packet is None else packet.pts)
        yield None


def _left_over(stream, damage):
    """Good frames that a decoder still held back when it met a damaged one, whose time of display is `damage`.

    It also gives away what it made of the damaged frame itself, not always marked as corrupt.
    """
    av = _import_av()
    try:
        for frame in stream.codec_context.decode(None):
            if frame.is_corrupt or (None not in (damage, frame.pts) and frame.pts >= damage):
                return
            yield frame
    except av.error.FFmpegError:
        return


def _upright(frame):
    """Decoded frame as an RGB array, turned as the film's rotation (of a telephone, say) asks for."""
    picture = frame.to_ndarray(format="rgb24")
    return np.ascontiguousarray(np.rot90(picture, round(frame.rotation / 90)))


class VideoWriter:
    """A film in the making: a context manager that takes frames one by one.

    The film is written to a draft beside `path`, which takes its place when the block ends well. An
    error or Ctrl-C in the block removes the draft and leaves alone what was at `path` before.

    Parameters
    ----------
    path : str or Path
        Its suffix chooses the container: see `video_suffixes`.
    fps : Fraction, int or float
        Frames per second.
    size : (int, int)
        Height and width, pixels, as in the shape of a frame. Films store colour for 2 x 2 pixels at
        once: an odd height or width grows by one pixel, which repeats the border.

    Raises
    ------
    ValueError
        If the suffix is unknown, `fps` or `size` is not positive, a frame has another size or type,
        or no frame was written at all.
    FileNotFoundError
        If the folder does not exist.
    ImportError
        If PyAV is not installed, or cannot encode.

    Examples
    --------
    ::

        with VideoWriter("flow.mp4", film.fps, film.size) as out:
            for picture in pictures:
                out.write(picture)
    """

    def __init__(self, path, fps, size):
        self.path = Path(path)
        if self.path.suffix.lower() not in VIDEO_SUFFIXES:
            raise ValueError(f"{path} has no film's suffix: name it {', '.join(VIDEO_SUFFIXES)}")
        if not 1 / 1000 <= fps < math.inf:
            raise ValueError(f"fps must be a number of frames per second, from 0.001 on, got {fps}")
        # Films name their rate by two small numbers, such as 30000/1001.
        self.fps = Fraction(fps).limit_denominator(1001)
        self.size = tuple(int(n) for n in size)
        if len(self.size) != 2 or min(self.size) < 1:
            raise ValueError(f"size must be a height and a width of at least 1 pixel, got {size}")
        self.count = 0
        self._container = None

    def __enter__(self):
        self._session = self._writing()
        self._session.__enter__()
        return self

    def __exit__(self, *error):
        return self._session.__exit__(*error)

    @contextmanager
    def _writing(self):
        av = _import_av()
        if not self.path.absolute().parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "no such folder", str(self.path.parent))
        with draft_of(self.path) as draft, av.open(str(draft.absolute()), "w") as self._container:
            self._stream = _add_stream(self._container, self.fps, self.size)
            yield
            if self.count == 0:
                raise ValueError(f"no frame was written: there is no film {self.path}")
            self._encode(None)

    def write(self, frame):
        """Append a frame: uint8, shape (H, W, 3) in RGB, or (H, W) for gray."""
        av = _import_av()
        if self._container is None:
            raise ValueError("nothing is open to write to: use the writer in a with statement")
        frame = to_numpy(frame)
        if frame.dtype != np.uint8 or frame.shape not in (self.size, (*self.size, 3)):
            raise ValueError(
                f"frame {self.count} has dtype {frame.dtype} and shape {frame.shape}, expected uint8 {(*self.size, 3)}"
            )
        if frame.ndim == 2:
            frame = np.repeat(frame[..., None], 3, axis=2)
        height, width = self.size
        frame = np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
        self._encode(picture.reformat(format="yuv420p", dst_colorspace=BT709))
        self.count += 1

    def _encode(self, picture):
        av = _import_av()
        try:
            self._container.mux(self._stream.encode(picture))
        except av.error.FFmpegError as error:
            if isinstance(error, OSError):  # a full disk, for one: says so itself
                raise
            raise ValueError(f"{self.path} cannot be encoded: {error}") from error


def _add_stream(container, fps, size):
    """Video stream of the best encoder there is, for frames of `size` rounded up to even numbers."""
    av = _import_av()
    for encoder, options in ENCODERS.items():
        try:
            stream = container.add_stream(encoder, rate=fps, options=dict(options))
        except (av.error.FFmpegError, ValueError):  # not in this build of FFmpeg
            continue
        stream.height, stream.width = (n + n % 2 for n in size)
        stream.pix_fmt = "yuv420p"
        # Said in the file too, or players guess the colours from the size.
        context = stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = BT709
        context.color_range = LIMITED_RANGE
        return stream
    raise ImportError("PyAV's FFmpeg encodes neither H.264 nor MPEG-4: pip install --upgrade av")
