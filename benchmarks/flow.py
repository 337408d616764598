"""Dense flow against OpenCV's and scikit-image's, on the same pairs in one run: ``make bench-flow``.

Every method gets the same two gray frames. Time is the whole call, the best of several after a warm-up;
it means something on an idle machine only, so compare the ratios. End-point error (EPE) is the mean over
known pixels, NaN counted as no motion.

    python -m benchmarks.flow                 # the three pairs RubberWhale, Dimetrodon, Hydrangea
    python -m benchmarks.flow --pairs all     # every Middlebury pair in $KINEMA_DATA
    make bench-flow                           # the first, recorded for chapter 6
"""

import argparse
import json
import sys
import time
from functools import partial

import numpy as np

from benchmarks.machine import describe, write_record
from kinema.data import load_pair, pair_names
from kinema.flow import horn_schunck, pyramidal_lucas_kanade, tv_l1
from kinema.metrics import epe

PAIRS = ("RubberWhale", "Dimetrodon", "Hydrangea")
LUCAS_KANADE, VARIATIONAL = "kinema pyramidal_lucas_kanade", "kinema tv_l1"


def levels(I):
    """Brightness as the bytes that OpenCV's methods ask for."""
    return np.rint(255 * I).astype(np.uint8)


def first_is_u(flow):
    """(H, W, 2) as (2, H, W)."""
    return np.moveaxis(np.asarray(flow), -1, 0)


def opencv_methods():
    """OpenCV's dense methods by name, each at the settings of its documentation."""
    import cv2

    def farneback(I0, I1):
        return first_is_u(cv2.calcOpticalFlowFarneback(levels(I0), levels(I1), None, 0.5, 3, 15, 3, 5, 1.2, 0))

    def by_object(make, color=False):
        method = make()

        def call(I0, I1):
            frames = [levels(I) for I in (I0, I1)]
            return first_is_u(method.calc(*((np.dstack([f] * 3) for f in frames) if color else frames), None))

        return call

    def every_pixel(I0, I1, window=15):
        y, x = np.mgrid[: I0.shape[0], : I0.shape[1]].astype(np.float32)
        points = np.stack([x, y], axis=-1).reshape(-1, 1, 2)
        found, _, _ = cv2.calcOpticalFlowPyrLK(levels(I0), levels(I1), points, None, winSize=(window, window), maxLevel=4)
        return first_is_u((found - points).reshape(*I0.shape, 2))

    def sparse_to_dense(I0, I1):
        return first_is_u(cv2.optflow.calcOpticalFlowSparseToDense(levels(I0), levels(I1)))

    dis = {"ultrafast": 0, "fast": 1, "medium": 2}
    methods = {f"OpenCV DIS {name}": by_object(partial(cv2.DISOpticalFlow_create, k)) for name, k in dis.items()}
    methods["OpenCV Farneback"] = farneback
    methods["OpenCV PyrLK, every pixel"] = every_pixel
    if hasattr(cv2, "optflow"):
        methods["OpenCV DenseRLOF"] = by_object(cv2.optflow.DenseRLOFOpticalFlow_create, color=True)
        methods["OpenCV SparseToDense"] = sparse_to_dense
        methods["OpenCV DualTVL1"] = by_object(cv2.optflow.DualTVL1OpticalFlow_create)
    return methods


def skimage_methods():
    """scikit-image's two methods at their defaults; it returns rows first."""
    from skimage.registration import optical_flow_ilk, optical_flow_tvl1

    def rows_last(method):
        return lambda I0, I1: method(I0, I1)[::-1]

    return {"scikit-image ILK": rows_last(optical_flow_ilk), "scikit-image TV-L1": rows_last(optical_flow_tvl1)}


def kinema_methods():
    """Ours: the two at their defaults, slower settings of them, and the method of 1981."""
    return {
        LUCAS_KANADE: pyramidal_lucas_kanade,
        "kinema pyramidal_lucas_kanade, smooth=20": partial(pyramidal_lucas_kanade, smooth=20),
        "kinema pyramidal_lucas_kanade, 10 iterations": partial(pyramidal_lucas_kanade, iterations=10),
        VARIATIONAL: tv_l1,
        "kinema horn_schunck, 5 levels, 3 warps": partial(horn_schunck, levels=5, warps=3, iterations=50),
    }


def best_time(method, I0, I1, seconds):
    """Least time of one call, milliseconds: repeated until `seconds` are used up, at least once."""
    best, start = np.inf, time.perf_counter()
    while True:
        begin = time.perf_counter()
        method(I0, I1)
        now = time.perf_counter()
        best = min(best, now - begin)
        if now - start > seconds:
            return 1e3 * best


def gray(image):
    """Brightness in [0, 1], float32, of uint8 gray or colour: the mean of the channels."""
    image = image.astype(np.float32) / 255
    return image if image.ndim == 2 else image.mean(axis=2)


def measure(methods, pairs, *, seconds=1.0, report=lambda line: None):
    """EPE (px) and time (ms) of each method on each pair.

    Parameters
    ----------
    methods : dict of name -> callable (I0, I1) -> flow (2, H, W)
    pairs : dict of name -> (I0, I1, truth)
    seconds : float
        For how long each call is repeated.
    report : callable
        Told what is being done.

    Returns
    -------
    list of dict
        method, epe and ms by pair, and their means.
    """
    rows = []
    for name, method in methods.items():
        report(name)
        errors, times = {}, {}
        for pair, (I0, I1, truth) in pairs.items():
            flow = np.nan_to_num(np.asarray(method(I0, I1), np.float64), nan=0.0)  # and the warm-up
            errors[pair] = epe(flow, np.asarray(truth, np.float64))
            times[pair] = best_time(method, I0, I1, seconds)
        rows.append(
            {"method": name, "epe": errors, "ms": times, "mean_epe": float(np.mean(list(errors.values()))), "mean_ms": float(np.mean(list(times.values())))}
        )
    return rows


def table(rows):
    """The rows as text: EPE, milliseconds, and both as ratios to our Lucas–Kanade and our TV-L1."""
    by_name = {r["method"]: r for r in rows}
    lk, tv = by_name[LUCAS_KANADE], by_name[VARIATIONAL]
    lines = [f"{'method':46} {'EPE px':>7} {'ms':>8} | {'EPE/LK':>6} {'ms/LK':>7} | {'EPE/TV':>6} {'ms/TV':>7}"]
    for r in sorted(rows, key=lambda r: r["mean_epe"]):
        ratios = [(r["mean_epe"] / base["mean_epe"], r["mean_ms"] / base["mean_ms"]) for base in (lk, tv)]
        lines.append(
            f"{r['method']:46} {r['mean_epe']:7.3f} {r['mean_ms']:8.1f} | "
            + " | ".join(f"{e:6.2f} {t:7.2f}" for e, t in ratios)
        )
    return "\n".join(lines)


def main(argv=None):
    """Measure and print the table; recorded, it goes with the machine's description."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.flow", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", default=",".join(PAIRS), help="names, comma separated, or all; default: %(default)s")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each call is repeated; default: %(default)s")
    parser.add_argument("--only", help="only methods whose name contains this (ours are always there)")
    parser.add_argument("--record", action="store_true", help="write the rows where chapter 6 reads them")
    arguments = parser.parse_args(argv)
    if arguments.record and (arguments.only or arguments.pairs != ",".join(PAIRS)):
        parser.error("--record is for the whole table on the usual pairs: leave --only and --pairs out")
    try:
        names = pair_names("middlebury") if arguments.pairs == "all" else arguments.pairs.split(",")
        loaded = {name: load_pair("middlebury", name) for name in names}
        methods = {**kinema_methods(), **opencv_methods(), **skimage_methods()}
    except (ValueError, OSError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if arguments.only:
        methods = {k: m for k, m in methods.items() if arguments.only.lower() in k.lower() or k in (LUCAS_KANADE, VARIATIONAL)}
    pairs = {name: (gray(p.I0), gray(p.I1), p.flow) for name, p in loaded.items()}
    rows = measure(methods, pairs, seconds=arguments.seconds, report=lambda line: print(f"... {line}", file=sys.stderr))
    machine = describe("numpy", "numba", "opencv-contrib-python-headless", "scikit-image", "torch")
    print(f"{machine['processor']}, {machine['cores']} cores; pairs: {', '.join(pairs)}\n")
    print(table(rows))
    if arguments.record:
        print("\nwrote", write_record("flow_cpu", "make bench-flow", machine, pairs=list(pairs), rows=rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
