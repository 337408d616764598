"""Films from a folder: any that FFmpeg reads, at any depth, brought to one size."""

from pathlib import Path

import numpy as np

from kinema.checks import check_count
from kinema.data.video import VideoReader, video_suffixes


class FolderFilms:
    """The films of a folder as squares of `size` pixels: the middle of each frame, scaled.

    A film is decoded when it is first asked for and then kept, shrunk, in memory: `length` frames of `size` x `size`
    bytes each.

    Parameters
    ----------
    folder : path
    size : int
        Side of the frames, pixels.
    length : int
        Frames of each film that are used, from its start; a film with fewer than two is refused.

    Raises
    ------
    ValueError
        If there is no film in the folder; the message names the suffixes looked for.
    """

    channels = 3
    vocabulary = ()

    def __init__(self, folder, *, size=32, length=64):
        suffixes = (*video_suffixes(), ".avi", ".webm", ".gif")
        self.paths = sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in suffixes)
        if not self.paths:
            raise ValueError(f"there is no film in {folder}; films end in {', '.join(suffixes)}")
        self.size, self.length, self.kept = check_count(size, "size"), check_count(length, "length"), {}

    def __len__(self):
        return len(self.paths)

    def _film(self, i):
        if i not in self.kept:
            frames = []
            for frame in VideoReader(self.paths[i], broken="stop"):
                frames.append(shrunk(frame, self.size))
                if len(frames) == self.length:
                    break
            if len(frames) < 2:
                raise ValueError(f"{self.paths[i]} has one frame: it is no film to learn motion from")
            self.kept[i] = np.stack(frames)
        return self.kept[i]

    def length_of(self, i):
        """Frames of film `i` that are used."""
        return len(self._film(i))

    def frames(self, i, times):
        """Frames `times` of film `i`, float32 (F, size, size, 3) in [0, 1]."""
        return self._film(i)[np.asarray(times, dtype=int)].astype(np.float32) / 255


def shrunk(frame, size):
    """The middle square of `frame`, uint8 (H, W, 3), as (size, size, 3)."""
    from PIL import Image

    H, W = frame.shape[:2]
    side = min(H, W)
    top, left = (H - side) // 2, (W - side) // 2
    return np.asarray(Image.fromarray(frame[top : top + side, left : left + side]).resize((size, size), Image.Resampling.BOX))
