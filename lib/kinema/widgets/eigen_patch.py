"""Paint a patch: flat, edge and corner in the plane of the eigenvalues (M049 to M057)."""

import numpy as np
import traitlets

from kinema.widgets.demo import Demo
from kinema.widgets.frames import as_bytes, check_points

SIZE = 11


class EigenPatchDemo(Demo):
    """Paint a small patch; a point moves in the (lambda1, lambda2) plane.

    Parameters
    ----------
    patch : array, shape (N, N), or None
        Your own patch to begin with, brightness in [0, 1] or integers; 5 <= N <= 25.
    """

    module = "eigen_patch"
    about = "A patch of pixels to paint, and its point in the plane of the two eigenvalues: flat, edge or corner."

    about_text = traitlets.Unicode(
        "Paint on the left; the dot on the right is your patch in the plane of λ₁ and λ₂. With the keyboard: arrows move, Enter paints."
    ).tag(sync=True)
    size = traitlets.Int(SIZE).tag(sync=True)
    patch = traitlets.List(traitlets.Int()).tag(sync=True)
    cursor = traitlets.List(traitlets.Int(), default_value=[5, 5]).tag(sync=True)
    brush = traitlets.Int(255).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    eigenvalues = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, patch=None, **kwargs):
        levels = np.full((SIZE, SIZE), 128, np.uint8) if patch is None else as_bytes(patch, "patch")
        if levels.ndim != 2 or levels.shape[0] != levels.shape[1] or not 5 <= levels.shape[0] <= 25:
            raise ValueError(f"patch has shape {levels.shape}, expected a square of 5 to 25 pixels a side")
        check_points(*levels.shape, **kwargs)
        defaults = dict(
            ask="Can a nearly black patch be a good one to track?",
            options=["no, dark means no signal", "yes, if it has corners", "yes, always"],
            reveal="Paint it: what counts is how brightness changes, in two directions, not how much there is.",
            tasks={
                "edge": "Paint a slanted edge. Two shades alone make stairs, which are half a corner: smooth them.",
                "dark": "Paint a corner with a mean brightness below 64 of 255.",
                "bright": "Paint a bright patch, mean above 150, of more than one shade, that is flat all the same.",
            },
        )
        super().__init__(size=levels.shape[0], cursor=[levels.shape[0] // 2] * 2, patch=levels.ravel().tolist(), **{**defaults, **kwargs})
