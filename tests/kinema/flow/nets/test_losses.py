"""Losses: known values, zero where nothing is wrong, gradients that lead to the true flow."""

import math

import pytest

torch = pytest.importorskip("torch")

from kinema.data import disc, moving_pair, texture, translation_flow
from kinema.flow.nets.losses import (
    charbonnier,
    multiscale_epe,
    occluded,
    photometric_loss,
    sequence_loss,
    smoothness,
    unsupervised_loss,
)

SHAPE = (24, 36)


def constant(u, v, shape=SHAPE, batch=1):
    return torch.tensor([u, v], dtype=torch.float64)[None, :, None, None].expand(batch, 2, *shape).clone()


def pair(u, v):
    """Gray frames (1, 1, H, W) of a smooth texture that moves by (u, v)."""
    made = moving_pair(texture(3, shortest=12), translation_flow(u, v, SHAPE))
    return tuple(torch.as_tensor(frame)[None, None] for frame in (made.I0, made.I1))


# With truth


def test_multiscale_epe_is_the_weighted_sum_of_lengths_over_the_scale():
    predictions = [constant(3, 4, (6, 9)), constant(0, -1, (12, 18))]
    # Errors (3, 4) and (0, -1) are 5 and 1 pixels long.
    loss = multiscale_epe(predictions, constant(0, 0), weights=(0.5, 0.25), scale=20)
    assert float(loss) == pytest.approx((0.5 * 5 + 0.25 * 1) / 20, rel=1e-9)


def test_multiscale_epe_averages_the_truth_down_but_keeps_its_values():
    truth = torch.cat([constant(2, -6, (24, 18)), constant(4, -2, (24, 18))], dim=3)
    assert float(multiscale_epe([constant(3, -4, (1, 1))], truth, weights=(1,))) < 1e-6  # length() adds 1e-12 inside
    halves = torch.cat([constant(2, -6, (2, 1)), constant(4, -2, (2, 1))], dim=3)
    assert float(multiscale_epe([halves], truth, weights=(1,))) < 1e-6


def test_the_coarsest_prediction_weighs_most_by_default():
    right, wrong = constant(0, 0), constant(1, 0)
    losses = [multiscale_epe([wrong if k == bad else right for k in range(5)], right) for bad in range(5)]
    assert [round(20 * float(loss), 6) for loss in losses] == [0.32, 0.08, 0.02, 0.01, 0.005]


def test_sequence_loss_weighs_the_last_iteration_one_and_earlier_ones_gamma_less():
    truth = constant(1, -2)
    predictions = [truth + 1, truth + 2, truth - 4]
    assert float(sequence_loss(predictions, truth, gamma=0.8)) == pytest.approx(0.64 * 1 + 0.8 * 2 + 4)


def test_sequence_loss_leaves_out_what_is_unknown_or_too_fast():
    truth, prediction = constant(1, -2), constant(1, -2)
    valid = torch.ones(1, 1, *SHAPE, dtype=torch.bool)
    valid[..., :5] = False
    truth[..., :5], prediction[..., :5] = float("nan"), 100
    prediction[..., 10:] += 1
    share = (SHAPE[1] - 10) / (SHAPE[1] - 5)
    assert float(sequence_loss([prediction], truth, valid=valid)) == pytest.approx(share)
    truth[..., 10:], prediction[..., 10:] = 500, 0
    assert float(sequence_loss([prediction], truth, valid=valid, max_flow=400)) == 0


def test_mismatched_predictions_are_refused():
    truth = constant(0, 0)
    with pytest.raises(ValueError, match="2 predictions but 5 weights"):
        multiscale_epe([truth, truth], truth)
    with pytest.raises(ValueError, match="no predictions"):
        multiscale_epe([], truth)
    with pytest.raises(ValueError, match="prediction 0 has shape"):
        multiscale_epe([truth[:, :1]], truth, weights=(1,))
    with pytest.raises(ValueError, match="upsample first"):
        sequence_loss([truth[..., ::2]], truth)
    with pytest.raises(ValueError, match=r"valid\[:, None\]"):  # (B, H, W): the batch would meet u and v
        sequence_loss([truth], truth, valid=torch.ones(truth[:, 0].shape, dtype=torch.bool))


# Without truth


def test_charbonnier_is_a_smooth_absolute_value():
    x = torch.tensor([-2.0, 0.0, 0.5], dtype=torch.float64, requires_grad=True)
    assert charbonnier(x).tolist() == pytest.approx([2, 0, 0.5], abs=1e-3)  # off by epsilon at most
    charbonnier(x).sum().backward()
    assert x.grad.tolist() == pytest.approx([-1, 0, 1], abs=1e-5)


@pytest.mark.parametrize("u, v", [(3, -2), (-4, 1)])
def test_photometric_loss_is_zero_at_the_true_flow_and_larger_elsewhere(u, v):
    I0, I1 = pair(u, v)  # whole pixels: warping interpolates nothing
    assert float(photometric_loss(I0, I1, constant(u, v))) < 1e-12
    for du, dv in [(1, 0), (-1, 0), (0, 1), (0, -1), (-u, -v), (0.3, 0.3)]:
        assert float(photometric_loss(I0, I1, constant(u + du, v + dv))) > 1e-4


@pytest.mark.parametrize("du, dv", [(0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7)])
def test_a_step_against_the_gradient_leads_towards_the_true_flow(du, dv):
    I0, I1 = pair(2, -3)
    flow = torch.tensor([2 + du, -3 + dv], dtype=torch.float64, requires_grad=True)
    loss = photometric_loss(I0, I1, flow[None, :, None, None].expand(1, 2, *SHAPE))
    loss.backward()
    assert float(flow.grad[0] * du + flow.grad[1] * dv) > 0


def test_photometric_loss_alone_recovers_one_shift_by_descent():
    I0, I1 = pair(1.5, -0.8)
    flow = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([flow], lr=0.1)
    for _ in range(80):
        optimiser.zero_grad()
        photometric_loss(I0, I1, flow[None, :, None, None].expand(1, 2, *SHAPE)).backward()
        optimiser.step()
    # Interpolating a texture of waves of 12 pixels and more costs a few hundredths of a pixel.
    assert flow.tolist() == pytest.approx([1.5, -0.8], abs=0.1)


def test_pixels_that_leave_the_frame_do_not_count():
    I0, I1 = pair(3, -2)
    I0[..., :2, :] = 0  # these rows leave at the top: what they showed cannot be known
    assert float(photometric_loss(I0, I1, constant(3, -2))) < 1e-12
    assert float(photometric_loss(I0, I1, constant(1000, 0))) == 0


def test_what_the_moving_disc_covers_is_occluded_and_does_not_count():
    shift = 6
    first, second = (disc(10 + dx, 12, 6, blur=0.3) for dx in (0, shift))
    y, x = torch.meshgrid(torch.arange(24.0), torch.arange(36.0), indexing="ij")
    ground = 0.5 + 0.5 * torch.sin(0.9 * x + 0.4 * y)
    masks = [torch.as_tensor(p(x.numpy(), y.numpy()))[None, None].double() for p in (first, second)]
    I0, I1 = (m + (1 - m) * ground for m in masks)
    forward = constant(shift, 0) * (masks[0] > 0.5)
    backward = constant(-shift, 0) * (masks[1] > 0.5)
    hidden = occluded(forward, backward)
    covered = (masks[1] > 0.5) & (masks[0] <= 0.5)
    agreement = (hidden == covered).double().mean()
    assert float(agreement) > 0.95  # all but a rim
    assert float(photometric_loss(I0, I1, forward, backward=backward)) < 0.2 * float(photometric_loss(I0, I1, forward))


def test_opposite_flows_are_nowhere_occluded_but_outside():
    hidden = occluded(constant(3, -2), constant(-3, 2))
    assert not hidden[..., 2:, :-3].any()


def test_smoothness_is_zero_for_a_uniform_motion_and_grows_with_jumps():
    assert float(smoothness(constant(3, -2))) == 0
    jump = constant(0, 0)
    jump[:, 0, :, 20:] = 2
    H, W = SHAPE
    # One column of jumps of 2 pixels in u, none in v: mean over 2 H (W - 1) differences.
    assert float(smoothness(jump)) == pytest.approx(2 * H / (2 * H * (W - 1)), rel=1e-3)


def test_one_row_has_no_neighbours_above_but_is_smooth_or_not_along_itself():
    flow = torch.zeros(1, 2, 1, 5)
    assert float(smoothness(flow)) == 0
    flow[..., 2:] = 1
    assert float(smoothness(flow)) > 0


def test_the_flow_may_jump_where_the_frame_does():
    jump = constant(0, 0)
    jump[:, 0, :, 20:] = 2
    flat, edge = torch.zeros(2, 1, 1, *SHAPE, dtype=torch.float64)
    edge[..., 20:] = 1
    assert float(smoothness(jump, flat)) == pytest.approx(float(smoothness(jump)))
    assert float(smoothness(jump, edge)) == pytest.approx(math.exp(-10) * float(smoothness(jump)))


def test_the_unsupervised_loss_adds_its_two_terms():
    I0, I1 = pair(3, -2)
    noise = torch.randn(1, 2, *SHAPE, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    flow = constant(2, -2) + 0.2 * noise
    expected = photometric_loss(I0, I1, flow) + 0.3 * smoothness(flow, I0)
    assert float(unsupervised_loss(I0, I1, flow, smooth=0.3)) == pytest.approx(float(expected))
