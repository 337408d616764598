"""Optical flow, from the flow equation to Lucas–Kanade.

Frames are gray, ``(..., H, W)``; flow is ``(..., 2, H, W)`` with u (right) first and v (down)
second, in pixels per frame, and ``I0(x) ≈ I1(x + flow(x))``.
"""

from kinema.flow.aliasing import gain_of_blur, halvings_needed, nearest_match_shift
from kinema.flow.constraint import constraint_line, intersect_constraints, normal_flow
from kinema.flow.derivatives import derivatives, flow_equation_residual
from kinema.flow.lucas_kanade import local_system, lucas_kanade, lucas_kanade_at, solve_local, window_patches
from kinema.flow.pyramid import count_levels, expand_flow, gaussian_pyramid, reduce_frame
from kinema.flow.pyramidal import normalize_brightness, pyramidal_lucas_kanade
from kinema.flow.search import match_pixel
from kinema.flow.structure_tensor import condition_number, eigenvalues, principal_direction, structure_tensor
from kinema.flow.trackability import CORNER, EDGE, FLAT, classify, corner_score, good_features
from kinema.flow.tracking import track, track_points
from kinema.flow.variational import horn_schunck, tv_l1
from kinema.flow.warping import lands_inside, warp

__all__ = [
    "CORNER",
    "EDGE",
    "FLAT",
    "classify",
    "condition_number",
    "constraint_line",
    "corner_score",
    "count_levels",
    "derivatives",
    "eigenvalues",
    "expand_flow",
    "flow_equation_residual",
    "gain_of_blur",
    "gaussian_pyramid",
    "good_features",
    "halvings_needed",
    "horn_schunck",
    "intersect_constraints",
    "lands_inside",
    "local_system",
    "lucas_kanade",
    "lucas_kanade_at",
    "match_pixel",
    "nearest_match_shift",
    "normal_flow",
    "normalize_brightness",
    "principal_direction",
    "pyramidal_lucas_kanade",
    "reduce_frame",
    "solve_local",
    "structure_tensor",
    "track",
    "track_points",
    "tv_l1",
    "warp",
    "window_patches",
]
