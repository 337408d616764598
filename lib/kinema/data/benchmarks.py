"""Flow benchmarks from a folder: Middlebury, MPI Sintel, KITTI.

The folder is `root`, or the environment variable KINEMA_DATA, and holds what the benchmarks'
own archives unpack to:

    middlebury/other-data/Venus/frame10.png ...    middlebury/other-gt-flow/Venus/flow10.flo
    middlebury/Venus/frame10.png, frame11.png, flow10.flo          (one folder a pair works too)
    sintel/training/clean/alley_1/frame_0001.png ...   sintel/training/flow/alley_1/frame_0001.flo
    kitti/training/image_2/000000_10.png ...           kitti/training/flow_occ/000000_10.png

None of it comes with the package: Middlebury and Sintel ask to be cited (Baker et al. 2011, Butler
et al. 2012), KITTI is for non-commercial use (Menze & Geiger 2015).
"""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kinema.data.formats import read_flo, read_image, read_kitti_flow

MIDDLEBURY_URL = "https://vision.middlebury.edu/flow/data/comp/zip/"
MIDDLEBURY_ARCHIVES = ("other-color-twoframes.zip", "other-gt-flow.zip")


class FlowPair(NamedTuple):
    """One pair of a benchmark."""

    I0: np.ndarray
    """uint8 or uint16, (H, W) or (H, W, 3)."""
    I1: np.ndarray
    """dtype and shape of `I0`."""
    flow: np.ndarray
    """True flow, float32 (2, H, W), pixels/frame; NaN where unknown."""


def _root(root):
    root = os.environ.get("KINEMA_DATA") if root is None else root
    if not root:
        raise ValueError("no data folder: pass root=, or set the environment variable KINEMA_DATA")
    root = Path(root).expanduser()
    if not root.is_dir():
        raise FileNotFoundError(f"the data folder {root} does not exist (root= or KINEMA_DATA)")
    return root


def _middlebury(root):
    base = root / "middlebury"
    if (base / "other-data").is_dir():
        frames, truth = base / "other-data", base / "other-gt-flow"
    else:
        frames = truth = base
    return {
        folder.name: (folder / "frame10.png", folder / "frame11.png", truth / folder.name / "flow10.flo")
        for folder in sorted(frames.glob("*/"))
        if (truth / folder.name / "flow10.flo").is_file()
    }


def _sintel(root, rendering="clean"):
    base = root / "sintel" / "training"
    found = {}
    for flow in sorted((base / "flow").glob("*/frame_*.flo")):
        number = int(flow.stem.split("_")[1])
        frames = [base / rendering / flow.parent.name / f"frame_{n:04d}.png" for n in (number, number + 1)]
        found[f"{flow.parent.name}/{flow.stem}"] = (*frames, flow)
    return found


def _kitti(root):
    base = root / "kitti" / "training"
    images = next((base / name for name in ("image_2", "colored_0") if (base / name).is_dir()), base / "image_2")
    found = {}
    for flow in sorted((base / "flow_occ").glob("*_10.png")):
        sequence = flow.stem.split("_")[0]
        found[sequence] = (images / f"{sequence}_10.png", images / f"{sequence}_11.png", flow)
    return found


_LAYOUTS = {
    "middlebury": _middlebury,
    "sintel-clean": _sintel,
    "sintel-final": lambda root: _sintel(root, "final"),
    "kitti": _kitti,
}


def _index(benchmark, root):
    if benchmark not in _LAYOUTS:
        raise ValueError(f"no benchmark called {benchmark!r}; there are: {', '.join(_LAYOUTS)}")
    return _LAYOUTS[benchmark](_root(root))


def pair_names(benchmark, root=None):
    """Names of the pairs with known truth that `root` holds, in order; empty if there are none.

    Parameters
    ----------
    benchmark : {"middlebury", "sintel-clean", "sintel-final", "kitti"}
    root : str or Path or None
        Folder laid out as this module says; None reads KINEMA_DATA.
    """
    return tuple(_index(benchmark, root))


def load_pair(benchmark, name, root=None):
    """One pair of frames with its true flow.

    Parameters
    ----------
    benchmark, root
        As in `pair_names`.
    name : str
        One of `pair_names`.

    Returns
    -------
    FlowPair

    Raises
    ------
    ValueError
        If the pair is not there, or frames and truth differ in size.
    FileNotFoundError
        If the folder or a file is missing.
    """
    index = _index(benchmark, root)
    if name not in index:
        raise ValueError(f"{benchmark} has no pair called {name!r} in {_root(root)}; found: {', '.join(index) or 'none'}")
    first, second, truth = index[name]
    I0, I1 = read_image(first), read_image(second)
    flow = read_kitti_flow(truth) if truth.suffix == ".png" else read_flo(truth)
    if not I0.shape[:2] == I1.shape[:2] == flow.shape[1:]:
        raise ValueError(f"{name}: frames of {I0.shape[:2]} and {I1.shape[:2]}, but flow of {flow.shape[1:]} pixels")
    return FlowPair(I0, I1, flow)


def fetch_middlebury(root=None):
    """Download Middlebury's public pairs with their truth (about 10 MB) into `root`.

    Parameters
    ----------
    root : str or Path or None
        Data folder; None reads KINEMA_DATA.

    Returns
    -------
    tuple of str
        The pairs now there.
    """
    root = _root(root)
    try:
        import pooch
    except ImportError as error:
        raise ImportError("downloading needs pooch: pip install 'kinema[data]'") from error
    for archive in MIDDLEBURY_ARCHIVES:
        # The benchmark publishes no checksum, so none is asserted.
        pooch.retrieve(
            MIDDLEBURY_URL + archive,
            known_hash=None,
            fname=archive,
            path=root / "middlebury",
            processor=pooch.Unzip(extract_dir="."),
        )
    return pair_names("middlebury", root)
