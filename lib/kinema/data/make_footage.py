"""Make the shipped clip from its original: ``python -m kinema.data.make_footage cityCC0.mpg``.

First shot only (113 frames), every second frame, each 2 x 2 block averaged: flow stays below one
pixel for most of the frame, which is what the first three chapters need.
"""

import argparse
from fractions import Fraction

import numpy as np

from kinema.data.clips import CLIPS, FOOTAGE

FIRST_SHOT = 113
STEP = 2


def halve(frame):
    """Average 2 x 2 blocks of a uint8 frame (H, W, 3), dropping an odd last row or column."""
    height, width = (n // 4 * 4 for n in frame.shape[:2])  # H.264 wants even sizes after halving
    blocks = frame[:height, :width].reshape(height // 2, 2, width // 2, 2, 3)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)


def make_city(original, target):
    """Write `target` from the Kivy example video `original`; returns the number of frames."""
    import av

    with av.open(str(original)) as source:
        frames = [f.to_ndarray(format="rgb24") for f in source.decode(video=0)][:FIRST_SHOT:STEP]
    with av.open(str(target), "w") as out:
        frames = [halve(f) for f in frames]
        stream = out.add_stream("libx264", rate=Fraction(25, STEP))
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "17", "preset": "veryslow"}
        for frame in frames:
            for packet in stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    return len(frames)


def main(argv=None):
    """Parse the command line and make the clip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("original", help="cityCC0.mpg, from the Kivy examples")
    target = FOOTAGE / CLIPS["city"].file
    count = make_city(parser.parse_args(argv).original, target)
    print(f"wrote {count} frames to {target}")


if __name__ == "__main__":
    main()
