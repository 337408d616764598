"""Every flow function stays on its arrays' device.

The strict namespace has a second, pretended device that refuses to mix with the first: it finds
arrays made on the wrong one where there is no GPU.
"""

import numpy as np
import pytest

from kinema.flow import (
    camera_path,
    classify,
    constraint_line,
    corner_score,
    derivatives,
    eigenvalues,
    estimate_motion,
    expand_flow,
    fit_motion,
    flow_equation_residual,
    gaussian_pyramid,
    horn_schunck,
    intersect_constraints,
    local_system,
    lucas_kanade,
    lucas_kanade_at,
    match_pixel,
    mosaic,
    motion_field,
    normal_flow,
    normalize_brightness,
    principal_direction,
    pyramidal_lucas_kanade,
    solve_local,
    stabilise,
    structure_tensor,
    track,
    track_points,
    tv_l1,
    warp,
)

strict = pytest.importorskip(
    "array_api_strict", reason="array-api-strict, which has the second device, is not installed"
)
DEVICE = strict.Device("device1")
DTYPES = {"float32": strict.float32, "float64": strict.float64}


def frame(seed, dtype, shape=(9, 12)):
    values = np.random.default_rng(seed).uniform(size=shape)
    return strict.asarray(values.tolist(), dtype=DTYPES[dtype], device=DEVICE)


CALLS = {
    "derivatives": lambda I0, I1, p: derivatives(I0, I1, kernel="sobel"),
    "residual": lambda I0, I1, p: flow_equation_residual(*derivatives(I0, I1), lucas_kanade(I0, I1)),
    "normal_flow": lambda I0, I1, p: normal_flow(*derivatives(I0, I1)),
    "constraint_line": lambda I0, I1, p: constraint_line(*derivatives(I0, I1)),
    "intersect_constraints": lambda I0, I1, p: intersect_constraints(*derivatives(I0, I1)),
    "structure_tensor": lambda I0, I1, p: structure_tensor(I0, I1, weights="gaussian"),
    "eigenvalues": lambda I0, I1, p: eigenvalues(*structure_tensor(I0, I1)),
    "principal_direction": lambda I0, I1, p: principal_direction(*structure_tensor(I0, I1)),
    "corner_score": lambda I0, I1, p: corner_score(I0),
    "lucas_kanade": lambda I0, I1, p: lucas_kanade(I0, I1),
    "lucas_kanade_at": lambda I0, I1, p: lucas_kanade_at(I0, I1, p),
    "local_system": lambda I0, I1, p: local_system(I0, I1, p),
    "solve_local": lambda I0, I1, p: solve_local(*local_system(I0, I1, p)),
    "match_pixel": lambda I0, I1, p: match_pixel(I0, I1, (4, 4), radius=1).cost,
    "motion_field": lambda I0, I1, p: motion_field("rotation", (0.01, 0.02, 0.03), (9, 12), focal=20.0, like=I0),
    "fit_motion": lambda I0, I1, p: fit_motion(*derivatives(I0, I1))[:2],
    "estimate_motion": lambda I0, I1, p: estimate_motion(I0, I0, levels=1)[:3],
    "stabilise": lambda I0, I1, p: stabilise(strict.stack([I0, I0]), model="translation").frames,
    "mosaic": lambda I0, I1, p: mosaic(strict.stack([I0, I0]), path=camera_path(strict.stack([I0, I0]))).image,
    "warp": lambda I0, I1, p: warp(I1, lucas_kanade(I0, I1), interpolation="bicubic"),
    "gaussian_pyramid": lambda I0, I1, p: gaussian_pyramid(I0, 2)[1],
    "expand_flow": lambda I0, I1, p: expand_flow(lucas_kanade(I0, I1), (18, 23)),
    "normalize_brightness": lambda I0, I1, p: normalize_brightness(I0),
    "pyramidal_lucas_kanade": lambda I0, I1, p: pyramidal_lucas_kanade(I0, I1, levels=2, iterations=1, smooth=5.0),
    "horn_schunck": lambda I0, I1, p: horn_schunck(I0, I1, iterations=2),
    "tv_l1": lambda I0, I1, p: tv_l1(I0, I1, levels=2, warps=1, iterations=2),
    "track_points": lambda I0, I1, p: track_points(I0, I1, p, levels=2, window=3).residual,
    "track": lambda I0, I1, p: track([I0, I1], p, levels=2, window=3).points,
}


@pytest.mark.parametrize("name", CALLS)
def test_results_stay_on_the_second_device_in_the_frames_dtype(dtype, name):
    points = strict.asarray([[4.0, 4.5], [6.25, 3.0]], dtype=DTYPES[dtype], device=DEVICE)
    results = CALLS[name](frame(0, dtype), frame(1, dtype), points)
    for result in results if isinstance(results, tuple) else (results,):
        assert result.device == DEVICE
        assert result.dtype == DTYPES[dtype]


def test_classes_stay_on_the_second_device(dtype):
    labels = classify(*eigenvalues(*structure_tensor(frame(0, dtype), frame(1, dtype))), threshold=0.1)
    assert labels.device == DEVICE
