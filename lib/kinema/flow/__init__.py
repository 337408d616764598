"""Optical flow, from the flow equation to Lucas–Kanade, pyramids, motion models and variational methods.

Frames are gray, ``(..., H, W)``; flow is ``(..., 2, H, W)`` with u (right) first and v (down)
second, in pixels per frame, and ``I0(x) ≈ I1(x + flow(x))``.
"""

from kinema.flow.aliasing import gain_of_blur, halvings_needed, nearest_match_shift
from kinema.flow.camera_motion import camera_path, common_view, mosaic, smooth_path, stabilise
from kinema.flow.constraint import constraint_line, intersect_constraints, normal_flow
from kinema.flow.derivatives import derivatives, flow_equation_residual
from kinema.flow.global_motion import estimate_motion, residual_scale, robust_weights
from kinema.flow.homography import (
    corner_error,
    frame_centre,
    frame_corners,
    homography_flow,
    inverse_matrix,
    rotation_matrix,
    transform_points,
)
from kinema.flow.lucas_kanade import local_system, lucas_kanade, lucas_kanade_at, solve_local, window_patches
from kinema.flow.motion_fit import fit_motion, motion_system
from kinema.flow.motion_models import compose, invert, matrix_of, motion_basis, motion_field, parameters_of
from kinema.flow.pyramid import count_levels, expand_flow, gaussian_pyramid, reduce_frame
from kinema.flow.pyramidal import flow_confidence, normalize_brightness, pyramidal_lucas_kanade
from kinema.flow.search import match_pixel
from kinema.flow.smoothing import smooth_flow
from kinema.flow.structure_tensor import condition_number, eigenvalues, principal_direction, structure_tensor
from kinema.flow.trackability import CORNER, EDGE, FLAT, classify, corner_score, good_features
from kinema.flow.tracking import track, track_points
from kinema.flow.variational import horn_schunck, tv_l1
from kinema.flow.warping import lands_inside, warp

__all__ = [
    "CORNER",
    "EDGE",
    "FLAT",
    "camera_path",
    "classify",
    "common_view",
    "compose",
    "condition_number",
    "constraint_line",
    "corner_error",
    "corner_score",
    "count_levels",
    "derivatives",
    "eigenvalues",
    "estimate_motion",
    "expand_flow",
    "fit_motion",
    "flow_confidence",
    "flow_equation_residual",
    "frame_centre",
    "frame_corners",
    "gain_of_blur",
    "gaussian_pyramid",
    "good_features",
    "halvings_needed",
    "homography_flow",
    "horn_schunck",
    "intersect_constraints",
    "inverse_matrix",
    "invert",
    "lands_inside",
    "local_system",
    "lucas_kanade",
    "lucas_kanade_at",
    "match_pixel",
    "matrix_of",
    "mosaic",
    "motion_basis",
    "motion_field",
    "motion_system",
    "nearest_match_shift",
    "normal_flow",
    "normalize_brightness",
    "parameters_of",
    "principal_direction",
    "pyramidal_lucas_kanade",
    "reduce_frame",
    "residual_scale",
    "robust_weights",
    "rotation_matrix",
    "smooth_flow",
    "smooth_path",
    "solve_local",
    "stabilise",
    "structure_tensor",
    "track",
    "track_points",
    "transform_points",
    "tv_l1",
    "warp",
    "window_patches",
]
