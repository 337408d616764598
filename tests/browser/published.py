"""What the built pages carry of the demos: their state, their frames, and the slopes of those."""

import base64
import html
import json
import re
from functools import cache

import numpy as np
import pytest
from coursekit.notebooks import pages
from coursekit.paths import HTML
from kinema import flow

DEMOS = (
    "aliasing",
    "aperture",
    "attention_map",
    "average_precision",
    "coarse_to_fine",
    "color_edge",
    "constraint_lines",
    "cost_accuracy",
    "diffusion_steps",
    "eigen_patch",
    "flow_errors",
    "flow_scores",
    "flow_uses",
    "frame_dependency",
    "given_frames",
    "inflation",
    "iterate",
    "kernel_slide",
    "live_flow",
    "lk_window",
    "long_memory",
    "long_video",
    "motion_models",
    "point_lights",
    "preferred",
    "receptive_field",
    "score_fusion",
    "search",
    "shuffle_frames",
    "slowfast_designer",
    "space_time_net",
    "task_masks",
    "taylor",
    "weak_input",
)


@cache
def published(name):
    """(page, state) of a demo as its page carries it."""
    for page in pages():
        text = (HTML / f"{page}.html").read_text(encoding="utf-8")
        if found := re.search(rf'data-demo="{name}" data-state="([^"]*)"', text):
            return page, json.loads(html.unescape(found[1]))
    pytest.fail(f"no page shows the demo {name}")


@cache
def frames(name):
    """The two frames that a demo's page carries, grey levels (H, W) or (H, W, 3)."""
    state = published(name)[1]
    raw = (base64.b64decode(state[key]["$bytes"]) for key in ("frame0", "frame1"))
    shape = state["shape"] + ([3] if name == "search" else [])
    return tuple(np.frombuffer(r, np.uint8).reshape(shape) for r in raw)


@cache
def slopes(name):
    """Ix, Iy, It of a demo's frames, as its JavaScript takes them."""
    I0, I1 = (f / 255 for f in frames(name))
    return flow.derivatives(I0, I1, gradient_of="mean")
