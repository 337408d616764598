"""Flow made smooth by how sure each arrow is, up to the edges of the picture.

Lucas–Kanade asks every window by itself. Beside a motion boundary and on faint texture its answers scatter, while
sure ones stand a few pixels away. Here each pixel keeps its answer as firmly as it was sure of it, and is tied to
its neighbours where the picture shows no edge: a weighted least-squares problem. On a single line of pixels its
minimum is two sweeps, there and back; rows and columns take turns (Min et al. 2014). The certainties as weights
are Barron & Poole's (2016).
"""

import math

from kinema.arrays import is_floating, namespace
from kinema.checks import check_choice, check_count, check_finite, check_frame, check_precision
from kinema.flow import engines
from kinema.flow.variational import forward_difference

STRENGTH = 20.0  # of a tie, 1/px²: as firm as a confidence of 20
CONTRAST = 0.01  # brightness: a step of two and a half grey levels of 255 loosens a tie by e
ROUNDS = 2
LEAST_CONFIDENCE = 1e-9  # 1/px²: so little that any neighbour is surer, but a number to divide by


def smooth_line(flow, confidence, ties):
    """Least squares along the last axis: the minimum of ``Σ c (f - flow)² + Σ tie (f[k+1] - f[k])²``.

    A first sweep carries to each pixel what it and all before it say, and how firmly: through a tie passes the
    certainty of the two in series, as conductances. The sweep back adds what comes after.

    Parameters
    ----------
    flow : array, shape (..., H, W)
    confidence : array, shape (H, W)
        Positive.
    ties : array, shape (H, W)
        Of each pixel to the next; those of the last column count nothing.

    Returns
    -------
    array, shape of `flow`
        Each value lies between the least and the largest of its line, to rounding.
    """
    xp = namespace(flow, confidence, ties)
    width = flow.shape[-1]
    firm, said = [confidence[:, 0]], [flow[..., 0]]
    for k in range(1, width):
        passed = firm[-1] * (ties[:, k - 1] / (firm[-1] + ties[:, k - 1]))
        firm.append(confidence[:, k] + passed)
        share = confidence[:, k] / firm[-1]
        # A step, not a mean of products: one motion stays exactly one.
        said.append(said[-1] + share * (flow[..., k] - said[-1]))
    smooth = [said[-1]]
    for k in range(width - 2, -1, -1):
        share = ties[:, k] / (firm[k] + ties[:, k])
        smooth.append(said[k] + share * (smooth[-1] - said[k]))
    return xp.stack(smooth[::-1], axis=-1)


def ties_along(image, axis, contrast):
    """exp(-|step of brightness| / contrast) between each pixel and the next; 1 for the last, which has none."""
    return namespace(image).exp(-abs(forward_difference(image, axis)) / contrast)


def _plain(flow, confidence, image, *, strength, contrast, rounds):
    """Rows and columns in turn, the ties a quarter as firm in each round."""
    turned = namespace(flow).matrix_transpose
    rows, columns = ties_along(image, -1, contrast), turned(ties_along(image, -2, contrast))
    for _ in range(rounds):
        flow = smooth_line(flow, confidence, strength * rows)
        flow = turned(smooth_line(turned(flow), turned(confidence), strength * columns))
        strength = strength / 4
    return flow


def _check_floating(x, name):
    if not is_floating(x):
        raise ValueError(f"{name} has dtype {x.dtype}: give floating point")
    return check_finite(x, name)


def smooth_flow(flow, confidence, image, *, strength=STRENGTH, contrast=CONTRAST, rounds=ROUNDS, engine="auto"):
    """Flow in which unsure arrows follow sure ones on the same side of every edge.

    Parameters
    ----------
    flow : array, shape (2, H, W)
        Pixels/frame, finite.
    confidence : array, shape (H, W)
        How firmly each arrow stands, 1/px², at least 0: the inverse of its variance. `flow_confidence` gives
        Lucas–Kanade's.
    image : array, shape (H, W)
        The first frame, in [0, 1]; its edges part neighbours.
    strength : float
        Of the tie between neighbours of equal brightness, 1/px²: arrows much surer than that stay.
    contrast : float
        Step of brightness that loosens a tie to 1/e.
    rounds : int
        Passes over rows and columns, each with ties a quarter as firm as the one before: streaks of the first
        pass are gone after the second.
    engine : {"auto", "plain"}
        As in `pyramidal_lucas_kanade`.

    Returns
    -------
    array, shape (2, H, W)
        Pixels/frame; u and v each between the least and the largest of `flow`, to rounding. A copy if `strength` is 0.

    Raises
    ------
    ValueError
        If the arrays disagree, hold NaN, half precision or a negative confidence, or an option makes no sense.

    References
    ----------
    Min, Choi, Lu, Ham, Sohn & Do (2014), "Fast global image smoothing based on weighted least squares", for the
    passes along lines, without a confidence; Barron & Poole (2016), "The fast bilateral solver", for the confidence.
    """
    xp = namespace(flow, confidence, image)
    check_choice(engine, ("auto", "plain"), "engine")
    check_count(rounds, "rounds")
    if not (0 <= strength < math.inf and contrast > 0):
        raise ValueError(f"strength must be at least 0 and finite, contrast positive, got {strength} and {contrast}")
    check_precision(_check_floating(flow, "flow"), "flow")
    _check_floating(confidence, "confidence")
    image = check_frame(image, "image", min_size=1)
    height, width = image.shape[-2:]
    if tuple(flow.shape) != (2, height, width) or tuple(confidence.shape) != (height, width) or image.ndim != 2:
        raise ValueError(
            f"flow {tuple(flow.shape)}, confidence {tuple(confidence.shape)} and image {tuple(image.shape)} disagree: "
            "give (2, H, W), (H, W) and (H, W)"
        )
    if bool(xp.any(confidence < 0)):
        raise ValueError("confidence must be at least 0: it is the inverse of a variance")
    most = math.sqrt(float(xp.finfo(flow.dtype).max)) / 8  # a product of two is still a number
    if not strength < most:
        raise ValueError(f"strength of {strength} is more than {flow.dtype} holds: take a smaller one")
    if strength == 0:
        return xp.asarray(flow, copy=True)
    image, confidence = xp.astype(image, flow.dtype), xp.astype(confidence, flow.dtype)
    confidence = xp.clip(confidence, LEAST_CONFIDENCE, most)
    run = _plain if engine == "plain" else engines.smooth_flow(flow, confidence, image) or _plain
    return run(flow, confidence, image, strength=strength, contrast=contrast, rounds=rounds)
