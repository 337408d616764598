"""Settings that meet a demo's tasks, and settings that just miss them, found with kinema on the published frames."""

import base64
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from kinema import flow
from kinema.data import moving_pair, translation_flow
from kinema.flow.structure_tensor import window_products
from kinema.metrics import endpoint_error
from kinema.flow.warping import warp
from kinema.sampling import sample_bilinear
from published import frames, published, slopes
from twins import coarse_to_fine as descend


class Settings(NamedTuple):
    """Dicts of traits: each of `missed` fails the task, `met` in a row meet it."""

    missed: list
    met: list


def impossible(what):
    pytest.fail(f"no {what} does this: is the task possible?")


@cache
def settings(name):
    """{task: Settings} of a demo."""
    return FINDERS[name]()


def aperture():
    return {
        # Across the stripes the window does tell motions apart; 0.3 px along them is too near.
        "twins": Settings(
            [{"flow": [1.5, 0.9]}, {"flow": [1.2, 0.2]}],
            [{"angle": 45, "flow": [1.0, 0.4]}, {"flow": [0.3, 1.1]}],
        ),
        # Standing still hides nothing, nor does a motion that is small or across the stripes.
        "hidden": Settings(
            [{"flow": [0, 0]}, {"flow": [0.5, -0.5]}, {"flow": [1, 1]}],
            [{"angle": 45, "flow": [1, -1]}],
        ),
        # The tall window tells the truth, and so does a wide one about a sideways motion.
        "pole": Settings(
            [{"shape": "tall", "flow": [0, 1]}, {"shape": "wide", "flow": [1, 0]}],
            [{"shape": "wide", "angle": 45, "flow": [0, 1]}],
        ),
    }


def color_edge():
    opposite = {"left": 0, "right": 180}
    return {
        # Two equal hues make no edge for colour either; red and green are equally gray.
        "invisible": Settings(
            [{"left": 0, "right": 0}, {"left": 0, "right": 60}],
            [{"left": 0, "right": 120, "extra": 0}],
        ),
        "best": Settings([{"left": 200, "right": 215}, {**opposite, "extra": 1}], [{**opposite, "extra": 0}]),
        "solve": Settings([{**opposite, "extra": 0.1}, {**opposite, "extra": 0}], [{**opposite, "extra": 1}]),
    }


# ---- constraint lines ----


def equations(points):
    """Ix, Iy, It at pixels (x, y) of the constraint demo's frame."""
    x, y = np.transpose(points)
    return tuple(D[y, x] for D in slopes("constraint_lines"))


def meeting(points):
    """Distance of the lines' meeting point from the truth (None if there is none), and of their average."""
    truth = published("constraint_lines")[1]["true_flow"]
    Ix, Iy, It = equations(points)
    average = flow.normal_flow(Ix[None], Iy[None], It[None]).mean(axis=(1, 2))
    try:
        meet, _ = flow.intersect_constraints(Ix, Iy, It, max_condition=200)
    except ValueError:
        return None, np.hypot(*(average - truth))
    return np.hypot(*(meet - truth)), np.hypot(*(average - truth))


@cache
def steep_pixels():
    """Pixels of the constraint demo's frame with a steep slope, clear of its border."""
    steep = np.hypot(*slopes("constraint_lines")[:2])[3:-3, 3:-3]
    y, x = np.unravel_index(np.argsort(-steep, axis=None)[:400], steep.shape)
    return np.column_stack([x, y]) + 3


def choose(count, wanted):
    """The first set of `count` steep pixels, in a fixed random order, of which `wanted(meet, average)` holds."""
    rng = np.random.default_rng(1981)
    for _ in range(4000):
        points = rng.choice(steep_pixels(), count, replace=False).tolist()
        if wanted(*meeting(points)):
            return {"points": points}
    impossible(f"set of {count} pixels")


def constraint_lines():
    return {
        "pair": Settings(
            [choose(2, lambda meet, _: meet and meet > 0.3), choose(3, lambda meet, _: meet and meet < 0.1)],
            [choose(2, lambda meet, _: meet and meet < 0.1)],
        ),
        "parallel": Settings(
            [choose(3, lambda meet, _: meet is not None), choose(2, lambda meet, _: meet is None)],
            [choose(3, lambda meet, _: meet is None)],
        ),
        "average": Settings(
            [
                choose(4, lambda meet, average: meet and meet > 0.3 and average > 0.4),
                choose(3, lambda meet, average: meet and meet < 0.15 and average > 0.4),
            ],
            [choose(4, lambda meet, average: meet and meet < 0.15 and average > 0.4)],
        ),
    }


# ---- paint a patch ----


def paint(levels):
    """A patch of 11 x 11 grey levels."""
    return {"patch": np.broadcast_to(levels, (11, 11)).astype(int).ravel().tolist()}


def eigen_patch():
    y, x = np.mgrid[:11, :11]
    step, box, stripes = x >= 5, (abs(x - 5) < 2) & (abs(y - 5) < 2), x % 2
    return {
        # A faint step is flat still, a box has corners, a step is not slanted, stairs
        # of two shades have corners; a shade between them makes a slanted edge.
        "edge": Settings(
            [paint(128), paint(9 * step), paint(255 * box), paint(215 * step)],
            [paint(np.select([x + y < 10, x + y == 10], [0, 128], 255))],
        ),
        "dark": Settings([paint(120 * step), paint(255 - 255 * box)], [paint(200 * box)]),
        "bright": Settings([paint(200), paint(90 + stripes), paint(150 + 100 * step)], [paint(200 + stripes)]),
    }


# ---- solved, and wrong ----


def texture(x, y, layer):
    """Twin of the texture in flow_errors.js."""
    k = np.arange(24)
    frequency, angle = 2 * np.pi / (9 * (40 / 9) ** ((k + 0.5) / 24)), 2.399963 * k + layer
    across = np.multiply.outer(x, np.cos(angle)) + np.multiply.outer(y, np.sin(angle))
    return 0.5 + 0.35 * np.tanh(np.cos(frequency * across + k * k + 5 * layer).sum(axis=-1) / np.sqrt(48))


@cache
def lehmer_normals(count, seed):
    """Twin of normals in flow.js: twelve uniform numbers each from Lehmer's generator, less 6."""
    draws, state = [], seed
    for _ in range(12 * count):
        state = 48271 * state % (2**31 - 1)
        draws.append(state / (2**31 - 1))
    return np.reshape(draws, (count, 12)).sum(axis=1) - 6


def moving_scene(speed, motions, shape):
    """Twin of movingScene: I0, I1 and the flow (2, H, W)."""
    height, width = shape
    y, x = np.mgrid[:height, :width].astype(float)
    front, two = np.array([0.8, 0.6]) * speed, motions == "two"
    before, after = (
        two & (np.hypot(x - dx - (width - 1) / 2, y - dy - (height - 1) / 2) < 0.3 * height)
        for dx, dy in ((0, 0), front)
    )
    u, v = np.where(before, front[:, None, None], (-front / 2 if two else front)[:, None, None])
    I0 = np.where(before, texture(x + u, y + v, 1), texture(x + u, y + v, 0))
    I1 = np.where(after, texture(x, y, 1), texture(x, y, 0))
    return I0, I1, np.stack([u, v])


def filmed(speed=0.75, light=0, noise=0, motions="one", shape=(72, 96)):
    """Frames and true flow of the demo of errors, light and noise included."""
    I0, I1, truth = moving_scene(speed, motions, shape)
    draws = noise * lehmer_normals(2 * I0.size, 1950).reshape(2, *shape)
    return I0 + draws[0], (1 + light) * I1 + draws[1], truth


@cache
def scores(window, **scene):
    """Mean error, and share of the windows that are solved with a condition below 10."""
    I0, I1, truth = filmed(**scene)
    flow_ = flow.lucas_kanade(I0, I1, window=window, gradient_of="mean")
    J = flow.structure_tensor(*flow.derivatives(I0, I1, gradient_of="mean")[:2], window=window)
    sure = np.isfinite(flow_[0]) & (flow.condition_number(*flow.eigenvalues(*J)) < 10)
    return np.nanmean(endpoint_error(flow_, truth)), sure.mean()


def flow_errors():
    calm = {"speed": 0.75, "light": 0, "noise": 0, "motions": "one", "window": 11}

    def that(wanted, **scene):
        """The first window, from the smallest, of whose mean error and share of sure windows this holds."""
        for window in range(5, 31, 2):
            if wanted(*scores(window, **scene)):
                return {**calm, **scene, "window": window}
        impossible("window")

    mixed = {"motions": "two", "speed": 1, "noise": 0.03}
    errors = {w: scores(w, **mixed)[0] for w in range(3, 33, 2)}
    best = min(list(errors)[1:-1], key=errors.get)
    return {
        # Sure and right; wrong and unsure.
        "sure": Settings(
            [calm, that(lambda error, sure: error > 1 and sure < 0.9, speed=0, light=0.3)],
            [that(lambda error, sure: error > 1.05 and sure > 0.96, speed=5)],
        ),
        "light": Settings(
            [{**calm, "speed": 0}, {**calm, "speed": 0.25, "light": 0.3}, {**calm, "speed": 0, "light": 0.05, "window": 31}],
            [{**calm, "speed": 0, "light": 0.3}],
        ),
        # Both sides of the best window; the same window without noise.
        "window": Settings(
            [{**calm, **mixed, "window": best + step} for step in (-4, 6)] + [{**calm, **mixed, "window": best, "noise": 0.01}],
            [{**calm, **mixed, "window": best}],
        ),
    }


# ---- what the scores mean ----


@cache
def street():
    """True speed of every pixel of the demo of scores, and {estimate: end-point errors}."""
    state = published("flow_scores")[1]
    raw = (np.frombuffer(base64.b64decode(state[name]["$bytes"]), "<i2") for name in ("truth", "first", "second"))
    truth, A, B = (r.reshape(2, *state["shape"]) * state["flow_unit"] for r in raw)
    return np.hypot(*truth), {"A": endpoint_error(A, truth), "B": endpoint_error(B, truth)}


def mean_errors():
    """{estimate: mean end-point error}."""
    return {name: errors.mean() for name, errors in street()[1].items()}


def outliers(estimate, rule, px, pct):
    """Share of an estimate's pixels that a rule calls wrong."""
    speed, errors = street()[0], street()[1][estimate]
    far, much = errors > px, errors > pct / 100 * speed
    return {"and": far & much, "or": far | much, "px": far}[rule].mean()


def flow_scores():
    limits = [{"px": px / 4, "pct": pct / 2} for px in range(2, 41) for pct in range(2, 41)]
    swapped = [s for s in limits if outliers("B", "and", **s) > outliers("A", "and", **s)]
    trapped = [s for s in limits if outliers("B", "or", **s) > 0.5 and outliers("B", "and", **s) < 0.1]
    if not swapped or not trapped:
        impossible("pair of limits")
    u, v = np.array(published("flow_scores")[1]["goal"]) / np.hypot(*published("flow_scores")[1]["goal"])
    turned = [[c * u - s * v, s * u + c * v] for c, s in ((np.cos(a), np.sin(a)) for a in np.radians([20, -20, 180]))]
    return {
        # Below the place where they change; the right lines under another rule.
        "swap": Settings([{"rule": "and", "px": 3, "pct": 5}, {"rule": "px", **swapped[0]}], [{"rule": "and", **swapped[0]}]),
        # The usual lines; A, of which "and" condemns many; B by "and".
        "trap": Settings(
            [
                {"rule": "or", "estimate": "B", "px": 3, "pct": 5},
                {"rule": "or", "estimate": "A", **trapped[0]},
                {"rule": "and", "estimate": "B", **trapped[0]},
            ],
            [{"rule": "or", "estimate": "B", **trapped[0]}],
        ),
        # Twenty degrees off, the other way, and too near to white to have a colour.
        "read": Settings(
            [{"direction": [0.6 * z for z in d]} for d in turned] + [{"direction": [0.1 * u, 0.1 * v]}],
            [{"direction": [0.5 * u, 0.5 * v]}],
        ),
    }


# ---- six uses ----


@cache
def path_lengths():
    """How far the tracker carries each of a grid of points, {(x, y): pixels}."""
    state = published("flow_uses")[1]
    (count, height, width), (fh, fw) = state["shape"], state["flow_shape"]
    raw = np.frombuffer(base64.b64decode(state["flows"]["$bytes"]), np.int8)
    y, x = (g.astype(float).ravel() for g in np.mgrid[2 : height - 2 : 2, 2 : width - 2 : 2])
    gx, gy = fw / width, fh / height  # the flow lies on a coarser grid
    a, b = x * gx, y * gy
    for u, v in raw.reshape(count - 1, 2, fh, fw) * state["flow_unit"]:
        a, b = a + sample_bilinear(u * gx, a, b), b + sample_bilinear(v * gy, a, b)
    lengths = np.hypot(a / gx - x, b / gy - y)
    return {(int(p), int(q)): float(d) for p, q, d in zip(x, y, lengths, strict=True)}


def flow_uses():
    longest, shortest = (list(f(path_lengths(), key=path_lengths().get)) for f in (max, min))
    return {
        "all": Settings([{"use": u} for u in ("track", "stabilise", "mosaic", "shape")], [{"use": "effect"}]),
        "still": Settings(
            [{"use": "stabilise", "strength": s} for s in (0, 0.5, 2)], [{"use": "stabilise", "strength": 1}]
        ),
        "lost": Settings([{"use": "track", "point": longest}], [{"use": "track", "point": shortest}]),
    }


# ---- the live flow ----


def live_flow():
    state = published("live_flow")[1]
    count, height, width = state["shape"]
    clip = np.frombuffer(base64.b64decode(state["frames"]["$bytes"]), np.uint8).reshape(state["shape"]) / 255

    @cache
    def seen(levels, every, time=0):
        """Part of the change that is left, the mean speed, the speed of every pixel."""
        I0, I1 = clip[time], clip[(time + every) % count]
        options = {name: state[name] for name in ("iterations", "window")}
        field = flow.pyramidal_lucas_kanade(I0, I1, levels=levels, **options)
        left = np.nanmean(abs(warp(I1, field) - I0)) / abs(I1 - I0).mean()
        speed = np.hypot(*field)
        return left, speed.mean(), speed

    def at(levels, every, wanted):
        found = [t for t in range(count) if wanted(*seen(levels, every, t)[:2])]
        return {"levels": levels, "every": every, "time": found[0]} if found else impossible("pair of the clip")

    slow, quick = (np.unravel_index(f(seen(3, 1)[2]), (height, width)) for f in (np.argmin, np.argmax))
    points = [[(x + 0.5) / width, (y + 0.5) / height] for y, x in (slow, quick)]
    ring = [{"levels": 3, "every": 1, "time": 0, "point": point} for point in points]
    return {
        # Four levels follow it; three follow it slowly.
        "lost": Settings(
            [at(4, 3, lambda left, _: left < 0.4), at(3, 1, lambda left, _: left < 0.4)],
            [at(1, 3, lambda left, _: left > 0.6)],
        ),
        # Followed, but slow; fast, but lost.
        "caught": Settings(
            [at(4, 1, lambda left, speed: left < 0.2 and speed < 4), at(1, 3, lambda left, _: left > 0.6)],
            [at(4, 3, lambda left, speed: left < 0.3 and speed > 6)],
        ),
        "still": Settings([ring[1]], [ring[0]]),
    }


# ---- one window ----


@cache
def windows(window):
    """l1, l2, two sigma along the weak direction and number of equations of every window of the frame."""
    Ix, Iy, It = slopes("lk_window")
    pairs = (Ix, Ix), (Ix, Iy), (Iy, Iy), (-Ix, It), (-Iy, It), (It, It), (np.ones_like(Ix),) * 2
    Jxx, Jxy, Jyy, bx, by, squares, n = window_products(*pairs, window=window, weights="box")
    l1, l2 = flow.eigenvalues(Jxx, Jxy, Jyy)
    with np.errstate(all="ignore"):
        u, v = (Jyy * bx - Jxy * by) / (l1 * l2), (Jxx * by - Jxy * bx) / (l1 * l2)
        variance = np.maximum(squares - u * bx - v * by, 0) / (n - 2)
        return l1, l2, 2 * np.sqrt(variance / l2), np.rint(n)


def place(window, wanted):
    """The middle one of the windows, in reading order, of which `wanted(l1, l2, off, n, noise)` holds."""
    *said, n = windows(window)
    with np.errstate(all="ignore"):
        y, x = np.nonzero(wanted(*said, n, published("lk_window")[1]["noise"] * n))
    if not len(x):
        impossible(f"window of {window} pixels")
    return {"window": window, "point": [int(x[len(x) // 2]), int(y[len(y) // 2])]}


def lk_window():
    return {
        # Loose and textured; sure of itself on noise.
        "sharp": Settings(
            [
                place(15, lambda l1, l2, off, n, noise: (l2 > 2 * noise) & (off > 0.2)),
                place(5, lambda l1, l2, off, n, noise: (l2 < 0.8 * noise) & (off < 0.1)),
            ],
            [place(21, lambda l1, l2, off, n, noise: (l2 > 2 * noise) & (off < 0.1))],
        ),
        # Long but faint; strong but not long.
        "edge": Settings(
            [
                place(9, lambda l1, l2, off, n, noise: (l1 < 8 * noise) & (l1 > 40 * l2)),
                place(9, lambda l1, l2, off, n, noise: (l1 > 20 * noise) & (l1 < 20 * l2)),
            ],
            [place(9, lambda l1, l2, off, n, noise: (l1 > 20 * noise) & (l1 > 40 * l2))],
        ),
        # Too few; enough and they say it.
        "many": Settings(
            [
                place(19, lambda l1, l2, off, n, noise: l2 < 0.8 * noise),
                place(21, lambda l1, l2, off, n, noise: (n == 441) & (l2 > 2 * noise)),
            ],
            [place(21, lambda l1, l2, off, n, noise: (n == 441) & (l2 < 0.8 * noise))],
        ),
    }


# ---- motion models ----


def motion_models():
    fit = {"part": "fit", "noise": 0, "sees": "all", "amount": 4}
    rough = {**fit, "truth": "slide", "sees": "patch", "noise": 1.5}
    return {
        # The slant of one number alone; a turn with a zoom; a turn the other way.
        "turn": Settings(
            [{"a5": 0.06}, {"a3": -0.05, "a5": 0.05, "a2": 0.02, "a6": 0.02}, {"a3": 0.05, "a5": -0.05, "a2": 0, "a6": 0}],
            [{"part": "build", **dict.fromkeys(("a1", "a2", "a4", "a6"), 0), "a3": -0.05, "a5": 0.05}],
        ),
        # Affine follows its own kind; a long lens hides what a turning camera does; noise spoils perspective too.
        "curved": Settings(
            [
                {**fit, "truth": kind, "focal": focal, "noise": noise, "model": model}
                for kind, focal, noise in (("affine", 60, 0), ("camera", 400, 0), ("camera", 60, 0.5))
                for model in ("perspective", "affine")
            ],
            [{**fit, "truth": "camera", "focal": 60, "model": model} for model in ("perspective", "affine")],
        ),
        # Without noise more unknowns do no harm, nor with noise if they see the whole frame.
        "fewer": Settings(
            [{**rough, **calm, "model": m} for calm in ({"noise": 0}, {"sees": "all"}) for m in ("perspective", "translation")],
            [{**rough, "model": m} for m in ("perspective", "translation")],
        ),
    }


# ---- find the same colour ----


def matching(patch, radius, tolerance, wanted):
    """The first pixel, on a coarse grid, of whose number of matches `wanted` holds."""
    I0, I1 = (f.astype(float) for f in frames("search"))
    height, width = I0.shape[:2]
    for y in range(radius + 5, height - radius - 5, 2):
        for x in range(radius + 5, width - radius - 5, 2):
            cost = flow.match_pixel(I0, I1, (x, y), radius=radius, patch=patch, channel_axis=-1).cost
            if wanted((cost <= tolerance**2).sum()):
                return {"patch": patch, "radius": radius, "tolerance": tolerance, "point": [x, y]}
    impossible("pixel")


def search():
    return {
        "many": Settings(
            [matching(1, 5, 10, lambda n: 0 < n < 90), matching(3, 5, 10, lambda n: n >= 100)],
            [matching(1, 5, 10, lambda n: n >= 100)],
        ),
        # Not far enough; more than one; none at all.
        "one": Settings(
            [
                matching(3, 3, 10, lambda n: n == 1),
                matching(3, 5, 10, lambda n: n > 1),
                matching(3, 5, 2, lambda n: n == 0),
            ],
            [matching(5, 5, 10, lambda n: n == 1)],
        ),
        # Anything is the same to a generous eye; a strict one needs a place that repeats.
        "hopeless": Settings(
            [matching(9, 5, 30, lambda n: n >= 9), matching(9, 5, 10, lambda n: n < 8)],
            [matching(9, 8, 12, lambda n: n >= 9)],
        ),
    }


# ---- a tangent for a curve ----


def profile(x, wavelength):
    k = 2 * np.pi / wavelength
    return 0.5 + 0.32 * np.sin(k * x) + 0.1 * np.sin(1.7 * k * x + 1)


def row(displacement, wanted):
    """The first place of the sliders at which `wanted(estimate)` holds for a displacement."""
    h = 1e-5
    for wavelength in range(20, 7, -1):
        for x in np.arange(8, 32.5, 0.5):
            here = x - displacement  # I1(x) = I0(x - d), and the slope is that of I1
            slope = (profile(here + h, wavelength) - profile(here - h, wavelength)) / (2 * h)
            if wanted((profile(x, wavelength) - profile(here, wavelength)) / slope):
                return {"wavelength": wavelength, "position": float(x), "displacement": displacement}
    impossible("place of the row")


def taylor():
    return {
        # Beyond 2 px; a third of it.
        "square": Settings(
            [{"displacement": d} for d in (3, 6, 0.6, 1.8)],
            [{"displacement": 0.5}, {"displacement": 1}],
        ),
        # Right; wrong, but by too small a motion.
        "sign": Settings(
            [row(1.0, lambda e: 0.8 < e < 1.2), row(0.4, lambda e: e < -0.4)], [row(2.0, lambda e: e < -0.5)]
        ),
        "explode": Settings(
            [row(2.0, lambda e: 1.5 < e < 2.5), row(0.9, lambda e: abs(e) > 5)], [row(1.5, lambda e: abs(e) > 9)]
        ),
    }


# ---- the wrong stripe ----


def aliasing():
    start = {"period": 12, "levels": 1}
    return {
        # Within half a period, and at just half of it, the nearest match is right.
        "wrong": Settings([{**start, "shift": s} for s in (5.5, 6, -5.5, 0)], [{**start, "shift": 7}]),
        # Forwards; standing, but not turning; backwards alone.
        "wheel": Settings([{**start, "shift": s} for s in (4, 0, 8)], [{**start, "shift": -8}, {**start, "shift": 12}]),
        # Too few; more than needed; one level would have done; too small a motion.
        "levels": Settings(
            [
                {"period": 12, "shift": 10, "levels": 3},
                {"period": 12, "shift": 10, "levels": 5},
                {"period": 24, "shift": 10, "levels": 2},
                {"period": 8, "shift": 6, "levels": 3},
            ],
            [{"period": 12, "shift": 10, "levels": 4}],
        ),
    }


# ---- from coarse to fine ----


def lost_by(u, **options):
    """Final error of the coarse-to-fine demo for a motion, in pixels."""
    state = published("coarse_to_fine")[1]
    waves, truth = np.array(state["waves"]), np.array([u, -0.6 * u])

    def pattern(x, y):
        total = sum(np.cos(kx * x + ky * y + phase) for kx, ky, phase in waves)
        return 0.5 + 0.5 * np.tanh(total / np.sqrt(2 * len(waves)))

    pair = moving_pair(pattern, translation_flow(*truth, state["shape"]))
    return np.hypot(*(descend(pair.I0, pair.I1, **options)[-1][1] - truth))


def coarse_to_fine():
    start = {"motion": 10, "levels": 4, "rounds": 3, "doubled": True, "blurred": True, "stage": 7}
    three = {**start, "levels": 3, "stage": 5}
    edge = next(u for u in np.arange(0.5, 20, 0.5) if lost_by(u + 0.5, levels=3, rounds=3) >= 0.5)
    return {
        # Not walked to the end; too few levels; another motion.
        "ten": Settings([{**start, "stage": 6}, {**start, "levels": 2, "stage": 3}, {**start, "motion": 9.5}], [start]),
        # No doubling is forgotten; the motion is too small to lose that much; nothing to double; lost anyway.
        "damage": Settings(
            [
                start,
                {**start, "doubled": False, "motion": 2},
                {**start, "doubled": False, "levels": 1, "stage": 1},
                {**start, "doubled": False, "motion": 20},
            ],
            [{**start, "doubled": False}],
        ),
        "edge": Settings(
            [{**three, "motion": edge - 0.5}, {**three, "motion": edge + 0.5}, {**start, "motion": edge}],
            [{**three, "motion": edge}],
        ),
    }


# ---- estimate, warp, repeat ----


def iterate():
    start = {
        "view": "frames",
        "moved": "I1",
        "keep": "add",
        "interpolation": "bicubic",
        "blur": 0,
        "motion": 3,
        "steps": 0,
    }
    return {
        # A row is no pair of frames; too few steps; nearest pixels leave a tenth of a pixel and more.
        "precise": Settings(
            [{"view": "row", "steps": 12}, {**start, "steps": 2}, {**start, "steps": 12, "interpolation": "nearest"}],
            [{**start, "blur": 2, "steps": 8}],
        ),
        # It converges; three steps are too few to tell.
        "runaway": Settings(
            [{**start, "steps": 8}, {**start, "moved": "I0", "steps": 8}, {**start, "moved": "I0 along d", "steps": 3}],
            [{**start, "moved": "I0 along d", "steps": 8}],
        ),
        # It would have come home without; it is still lost; it is a slip that no blur mends.
        "rescue": Settings(
            [
                {**start, "steps": 10, "blur": 2},
                {**start, "motion": 5.5, "steps": 12},
                {**start, "motion": 5.5, "steps": 12, "blur": 3, "moved": "I0 along d"},
            ],
            [{**start, "motion": 5.5, "steps": 12, "blur": 3}],
        ),
    }


def kernel_slide():
    return {
        # Stacking does it too, but that was ruled out; seven of eight frames leave two.
        "collapse": Settings(
            [{"mode": "stacked", "layers": 1}, {"mode": "3d", "depth": 7, "layers": 1}, {"mode": "3d", "depth": 8, "layers": 2}],
            [{"mode": "3d", "depth": 8, "layers": 1}],
        ),
        # One layer of 7 reads as many, but not through layers of 3.
        "grow": Settings(
            [{"mode": "3d", "depth": 7, "layers": 1}, {"mode": "3d", "depth": 3, "layers": 2}],
            [{"mode": "3d", "depth": 3, "layers": 3}],
        ),
        "alone": Settings(
            [{"mode": "frames", "layers": 2}, {"mode": "stacked", "layers": 3}],
            [{"mode": "frames", "layers": 3}],
        ),
    }


def shuffle_frames():
    own, back = list(range(9)), list(range(8, -1, -1))
    cards, one_swap = [4, 0, 7, 2, 8, 1, 5, 3, 6], [1, 0, *range(2, 9)]
    return {
        "turn": Settings([{"order": own}, {"order": one_swap}], [{"order": back}]),
        "break": Settings([{"order": one_swap}, {"order": back}], [{"order": cards}]),
        # In order without ever having been shuffled, or put straight backwards, nothing was mended.
        "mend": Settings([{"order": one_swap}, {"order": own}, {"order": back}], [{"order": cards}, {"order": own}]),
    }


def space_time_net():
    def depths(*values):
        return {f"depth{k}": d for k, d in enumerate(values, 1)}

    return {
        # Deep from the start: far sight, dearly bought. 3-3-3-3-3 is cheap and sees 40.
        "far": Settings([depths(7, 7, 7, 7, 7), depths(3, 3, 3, 3, 3)], [depths(3, 3, 5, 5, 7)]),
        # With the usual first pool two frames arrive; a clip of 8 is not the question.
        "dead": Settings([{"first_pool": 1}, {"first_pool": 1, "frames": 8}], [{"frames": 16, "first_pool": 2}]),
        "flat": Settings([depths(1, 1, 1, 1, 3), depths(3, 1, 1, 1, 1)], [depths(1, 1, 1, 1, 1)]),
    }


def attention_map():
    from kinema.recognition.non_local import attention

    import torch

    state = published("attention_map")[1]
    T, rows, columns = state["grid"]
    raw = np.frombuffer(base64.b64decode(state["features"]["$bytes"]), np.int8)
    features = torch.tensor(raw.reshape(1, T * rows * columns, -1) / state["levels"])
    weights = attention(features, features, features)[1][0].numpy()
    places = np.exp(-(weights * np.log(weights)).sum(axis=1))
    own = np.arange(len(weights)) // (rows * columns)
    elsewhere = np.where(own[:, None] != own[None], weights, 0).sum(axis=1)

    def at(k):
        return {"query": [int(n) for n in np.unravel_index(k, (T, rows, columns))], "channels": 24, "scale": "scaled"}

    away = int(elsewhere.argmax())
    if elsewhere[away] <= 0.9:
        impossible("place that asks other frames")
    return {
        "needle": Settings([at(int(places.argmax()))], [{**at(int(places.argmin())), "scale": "raw"}]),
        "blur": Settings([at(int(places.argmin()))], [{**at(int(places.argmin())), "channels": 1}]),
        "time": Settings([at(int(elsewhere.argmin()))], [{**at(away), "reach": "clip"}]),
    }


def inflation():
    still = {"speed": 0.0}
    return {
        # Copies are too loud, and a filter one frame deep is the picture's own; the middle one was not the question.
        "same": Settings(
            [{**still, "mode": "undivided", "depth": 5}, {**still, "mode": "divided", "depth": 3}],
            [{**still, "mode": "divided", "depth": 5}],
        ),
        "faint": Settings(
            [{"mode": "divided", "depth": 3, "speed": 0.5, "kernel": "edge"}, {"mode": "centre", "depth": 7, "speed": 4.0}],
            [{"mode": "divided", "depth": 7, "speed": 4.0, "kernel": "edge"}],
        ),
        "deaf": Settings(
            [{"mode": "centre", "depth": 1, "speed": 2.0}, {"mode": "divided", "depth": 5, "speed": 2.0}],
            [{"mode": "centre", "depth": 5, "speed": 2.0}],
        ),
    }


def long_memory():
    clip = {"method": "clip", "spacing": 20}
    return {
        # A stride as long as the flash, and long enough for 80 frames: neither half a second nor stride 4 will do.
        "both": Settings(
            [{**clip, "stride": 6, "flash": 0.5}, {**clip, "stride": 4, "flash": 2.0}, {**clip, "stride": 1, "spacing": 2, "flash": 2.0}],
            [{**clip, "stride": 8, "flash": 2.0}],
        ),
        "skips": Settings(
            [{**clip, "stride": 2, "flash": 0.25}, {**clip, "stride": 8, "flash": 0.5}],
            [{**clip, "stride": 16, "flash": 0.25}],
        ),
        "least": Settings(
            [{"method": "bank", "spacing": 20, "window": 19}, {"method": "bank", "window": 30}],
            [{"method": "bank", "spacing": 20, "window": 20}],
        ),
    }


def point_lights():
    return {
        "moving": Settings(
            [{"tally": {"upright, moving": [2, 5]}}, {"tally": {"inverted, moving": [4, 4]}}],
            [{"tally": {"upright, moving": [3, 3]}}],
        ),
        "few": Settings([{"tally": {"upright, moving, few lamps": [0, 2]}}], [{"tally": {"upright, moving, few lamps": [1, 2]}}]),
        "still": Settings([{"tally": {"upright, frozen": [5, 5]}}], [{"tally": {"upright, frozen": [2, 4], "inverted, frozen": [1, 2]}}]),
    }


def preferred():
    state = published("preferred")[1]
    raw = np.frombuffer(base64.b64decode(state["clips"]["$bytes"]), np.uint8).reshape(state["shape"]).astype(float)
    change = (np.diff(raw, axis=2) ** 2).mean(axis=(2, 3, 4))
    moving, answers = change / change[:, :1], np.array(state["activations"])
    kept = answers / answers[:, :1]
    last = len(state["prices"]) - 1
    bargain = [k for k in range(1, last + 1) if moving[0, k] < 0.5 and kept[0, k] > 0.5]
    if not bargain or moving[0, last] >= 0.05 or moving[0, 1] < 0.05:
        impossible("price that slows a favourite down")
    return {
        "stop": Settings([{"unit": 0, "price": 1}], [{"unit": 0, "price": last}]),
        "bargain": Settings([{"unit": 0, "price": 0}], [{"unit": 0, "price": bargain[0]}]),
        "other": Settings([{"unit": 1, "price": 1}, {"unit": 0, "price": 0}], [{"unit": 1, "price": 0}]),
    }


def receptive_field():
    wide = {"side": 5, "stride_s": 2, "layers": 4, "probe_y": 1, "probe_x": 1}
    return {
        # Halving the picture alone is not enough, nor is one frame of it.
        "whole": Settings(
            [{**wide, "depth": 3, "stride_t": 1, "probe_t": 8}, {**wide, "depth": 1, "stride_t": 1}],
            [{**wide, "depth": 5, "stride_t": 2, "probe_t": 0}],
        ),
        "flat": Settings([{**wide, "depth": 3, "stride_t": 1}], [{**wide, "depth": 1, "stride_t": 1}]),
        "beyond": Settings(
            [{"layers": 1, "depth": 3, "side": 3, "stride_t": 1, "stride_s": 1, "probe_t": 5, "probe_y": 5, "probe_x": 5}],
            [{"layers": 3, "depth": 5, "side": 5, "stride_t": 1, "stride_s": 1, "probe_t": 0, "probe_y": 0, "probe_x": 0}],
        ),
    }


def score_fusion():
    default = {"a1": 2.0, "a2": 0.0, "a3": 0.0, "b1": 0.0, "b2": 2.5, "b3": 2.4, "weight": 0.5}
    return {
        # Turning the weight alone is ruled out.
        "agree": Settings([default, {**default, "weight": 0.8}], [{**default, "b2": 4.0}]),
        "neither": Settings(
            [{**default, "a1": 3.0}],
            [{"a1": 2.0, "a2": 1.9, "a3": -2.0, "b1": -2.0, "b2": 1.9, "b3": 2.0, "weight": 0.5}],
        ),
        "loud": Settings(
            [{**default, "weight": 0.25}, {**default, "b1": 2.0, "b2": 4.5, "b3": 4.4, "weight": 0.25}],
            [{**default, "a1": 0.2, "b2": 5.0, "b3": 0.0, "weight": 0.25}],
        ),
    }


def average_precision():
    good, late = [1, 1, 1, 1, 0, 0, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    stand, juggle = [1, 1, 1, 1, 0, 1, 1, 0, 1, 0], [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    return {
        # The same list, one answer further down the threshold.
        "half": Settings(
            [{"chosen": 1, "hits": [stand, late, juggle], "missed": [0, 4, 0], "kept": 3}],
            [{"chosen": 1, "hits": [stand, late, juggle], "missed": [0, 4, 0], "kept": 2}],
        ),
        "wise": Settings(
            [{"chosen": 1, "hits": [stand, good, juggle], "missed": [0, 3, 0], "kept": 5}],
            [{"chosen": 1, "hits": [stand, good, juggle], "missed": [0, 0, 0], "kept": 5}],
        ),
        "rare": Settings(
            [{"hits": [[1] * 10, [1] * 10, [1] * 10], "missed": [0, 0, 0]}, {"hits": [[0] * 9 + [1]] * 3, "missed": [0, 0, 1]}],
            [{"hits": [[1] * 10, [1] * 10, [0] * 9 + [1]], "missed": [0, 0, 1]}],
        ),
    }


def cost_accuracy():
    names = [row["name"] for row in published("cost_accuracy")[1]["rows"]]
    artnet, slowfast, best = (names.index(n) for n in ("ARTNet", "SlowFast R50 4x16", "SlowFast R101 + NL"))
    flow, nonlocal_ = names.index("R(2+1)D, two streams"), names.index("Nonlocal R-101")
    return {
        "flip": Settings(
            [{"price": "crop", "first": artnet, "second": slowfast}, {"price": "video", "first": best, "second": slowfast}],
            [{"price": "video", "first": artnet, "second": slowfast}],
        ),
        "callout": Settings(
            [{"price": "video", "first": best, "second": nonlocal_}, {"price": "crop", "first": best, "second": flow}],
            [{"price": "video", "first": best, "second": flow}],
        ),
        "budget": Settings(
            [{"price": "video", "budget": 3.5}, {"price": "crop", "budget": 3.175}], [{"price": "video", "budget": 3.175}]
        ),
    }


def slowfast_designer():
    lecture = dict(frames=4, stride=16, alpha=8, ratio=8, lateral="conv", kernel=5, side=224)
    return {
        "thin": Settings([{**lecture, "ratio": 16}, {**lecture, "alpha": 4, "ratio": 32}], [{**lecture, "ratio": 32}]),
        "dear": Settings([lecture, {**lecture, "ratio": 4}], [{**lecture, "ratio": 2}]),
        "every": Settings(
            [{**lecture, "alpha": 16}, {**lecture, "stride": 8}], [{**lecture, "alpha": 16, "ratio": 16}]
        ),
    }


def weak_input():
    return {
        "vanish": Settings(
            [{"film": "rests", "kind": "gray"}, {"film": "runs", "kind": "difference"}], [{"film": "rests", "kind": "flow"}]
        ),
        "fewest": Settings([{"kind": "gray"}, {"kind": "difference"}], [{"kind": "half"}]),
        "bargain": Settings([{"kind": "half"}, {"kind": "flow"}, {"kind": "difference"}], [{"kind": "gray"}]),
    }


def diffusion_steps():
    linear = {"schedule": "linear", "variance": "beta", "show": "guesses"}
    return {
        # One step earlier fewer of the guesses lie on a bump; one later more do, but it is not the noisiest.
        "decided": Settings([{**linear, "t": 5}, {**linear, "t": 3}, {**linear, "t": 4, "show": "particles"}], [{**linear, "t": 4}]),
        "torn": Settings([{**linear, "t": 8, "x": 1.2}, {**linear, "t": 20, "x": 1.0}], [{**linear, "t": 8, "x": 1.0}]),
        "wide": Settings(
            [{**linear, "t": 0}, {"schedule": "cosine", "variance": "last", "t": 0}], [{**linear, "variance": "last", "t": 0}]
        ),
        "harmless": Settings(
            [{**linear, "variance": "last", "t": 0}, {"schedule": "cosine", "variance": "beta", "t": 0}],
            [{"schedule": "cosine", "variance": "last", "t": 0}],
        ),
    }


def task_masks():
    def given(*frames):
        return [k in frames for k in range(1, 9)]

    return {
        # The ends are not the best pair: two frames from each, the gap is smaller and the ends are near enough.
        "pair": Settings(
            [{"rho": 0.9, "observed": given(1, 8)}, {"rho": 0.9, "observed": given(3, 6)}, {"rho": 0.4, "observed": given(2, 7)}],
            [{"rho": 0.9, "observed": given(2, 7)}],
        ),
        "idle": Settings(
            [{"rho": 0.9, "observed": given(1, 3)}, {"rho": 0, "observed": given(1)}], [{"rho": 0.9, "observed": given(1, 2)}]
        ),
        "forget": Settings(
            [{"rho": 0.85, "observed": given(1)}, {"rho": 0, "observed": given(1)}, {"rho": 0.8, "observed": given(1, 2)}],
            [{"rho": 0.8, "observed": given(1)}],
        ),
        "nameless": Settings([{"observed": given(1, 2, 8)}, {"observed": given(2, 7)}], [{"observed": given(1, 4, 8)}]),
    }


def given_frames():
    film = {"ends": [1, -1], "rho": 0.9}
    return {
        "patient": Settings(
            [{**film, "method": "resampling", "returns": 10}, {**film, "method": "guidance", "strength": 3.5}, {**film, "method": "conditional"}],
            [{**film, "method": "resampling", "returns": 30}],
        ),
        # Where frames forget each other, and where both ends are what the model expects, nothing has to fit.
        "harmless": Settings(
            [{**film, "method": "replacement", "rho": 0.2}, {**film, "method": "replacement", "ends": [0, 0]}],
            [{"ends": [1, -1], "method": "replacement", "rho": 0}],
        ),
        "narrow": Settings(
            [{**film, "method": "guidance", "strength": 4}, {**film, "method": "guidance", "strength": 12}],
            [{**film, "method": "guidance", "strength": 6}],
        ),
        "burst": Settings(
            [{**film, "method": "guidance", "strength": 11}, {**film, "method": "unconditional"}],
            [{**film, "method": "guidance", "strength": 12}],
        ),
    }


def frame_dependency():
    small = {"mode": "attention", "kernel": 3, "channels": 8, "side": 4}
    return {
        "reach": Settings(
            [{"mode": "3d", "kernel": 3, "layers": 14, "frames": 16}, {"mode": "3d", "kernel": 7, "layers": 5, "frames": 15}, {"mode": "attention", "frames": 16}],
            [{"mode": "3d", "kernel": 5, "layers": 8, "frames": 16}],
        ),
        # Seven frames for each channel: 4 C² + 2 F C against 18 C².
        "dear": Settings([{**small, "frames": 56}, {**small, "frames": 64, "channels": 16}], [{**small, "frames": 57}]),
        "full": Settings(
            [{**small, "frames": 16, "channels": 32}, {**small, "frames": 16, "channels": 128, "side": 8}],
            [{**small, "frames": 16, "channels": 128}],
        ),
    }


def long_video():
    film = {"total": 64, "observed": 4, "window": 8, "step": 4, "chain": "shortest", "stage": 1}
    return {
        "brief": Settings(
            [{**film, "scheme": "autoregressive", "window": 20, "step": 14}, {**film, "scheme": "hierarchy-2"}],
            [{**film, "scheme": "autoregressive", "window": 20}, {"step": 15}],
        ),
        "home": Settings(
            [{**film, "scheme": "long-range"}, {**film, "scheme": "long-range", "step": 7}, {**film, "scheme": "autoregressive", "step": 6}],
            [{**film, "scheme": "long-range", "step": 6}],
        ),
        "wait": Settings(
            [{**film, "scheme": "hierarchy-2"}, {**film, "scheme": "hierarchy-3", "chain": "longest"}],
            [{**film, "scheme": "hierarchy-2", "chain": "longest"}],
        ),
        "far": Settings(
            [{**film, "scheme": "hierarchy-3", "step": 3}, {**film, "scheme": "long-range", "step": 2}, {**film, "scheme": "hierarchy-3", "step": 2, "total": 60}],
            [{**film, "scheme": "hierarchy-3", "step": 2}],
        ),
    }


FINDERS = {
    f.__name__: f
    for f in (
        aliasing,
        aperture,
        attention_map,
        average_precision,
        coarse_to_fine,
        color_edge,
        constraint_lines,
        cost_accuracy,
        diffusion_steps,
        eigen_patch,
        flow_errors,
        flow_scores,
        flow_uses,
        frame_dependency,
        given_frames,
        inflation,
        iterate,
        kernel_slide,
        live_flow,
        lk_window,
        long_memory,
        long_video,
        motion_models,
        point_lights,
        preferred,
        receptive_field,
        score_fusion,
        search,
        shuffle_frames,
        slowfast_designer,
        space_time_net,
        task_masks,
        taylor,
        weak_input,
    )
}
