"""The shared layers against brute force, and what they refuse."""

import math

import pytest

torch = pytest.importorskip("torch")

from kinema.flow.nets.layers import conv, correlation, upsample_flow, warp

ROUNDING = 1e-12  # float64, a few dozen operations on numbers near 1


def random(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def correlation_by_loops(f1, f2, radius, stride):
    B, C, H, W = f1.shape
    steps = range(-radius, radius + 1, stride)
    volume = torch.zeros(B, len(steps) ** 2, H, W, dtype=f1.dtype)
    for b in range(B):
        for y in range(H):
            for x in range(W):
                for k, (dy, dx) in enumerate((dy, dx) for dy in steps for dx in steps):
                    if 0 <= y + dy < H and 0 <= x + dx < W:
                        volume[b, k, y, x] = sum(f1[b, c, y, x] * f2[b, c, y + dy, x + dx] for c in range(C)) / C
    return volume


def warp_by_loops(features, flow):
    B, _, H, W = features.shape
    warped, inside = torch.zeros_like(features), torch.zeros(B, 1, H, W, dtype=torch.bool)
    for b in range(B):
        for y in range(H):
            for x in range(W):
                px, py = x + float(flow[b, 0, y, x]), y + float(flow[b, 1, y, x])
                if not (0 <= px <= W - 1 and 0 <= py <= H - 1):
                    continue
                inside[b, 0, y, x] = True
                for row in (math.floor(py), math.floor(py) + 1):
                    for column in (math.floor(px), math.floor(px) + 1):
                        weight = max(0.0, 1 - abs(py - row)) * max(0.0, 1 - abs(px - column))
                        if weight:
                            warped[b, :, y, x] += weight * features[b, :, row, column]
    return warped, inside


@pytest.mark.parametrize("radius, stride", [(0, 1), (1, 1), (2, 1), (4, 2), (3, 3)])
def test_correlation_equals_its_definition_in_loops(radius, stride):
    f1, f2 = random(2, 3, 5, 7), random(2, 3, 5, 7, seed=1)
    volume = correlation(f1, f2, radius, stride=stride)
    assert volume.shape == (2, (2 * radius // stride + 1) ** 2, 5, 7)
    torch.testing.assert_close(volume, correlation_by_loops(f1, f2, radius, stride), atol=ROUNDING, rtol=0)


def test_correlation_peaks_at_the_displacement_with_dy_outer_and_dx_inner():
    f2 = torch.nn.functional.normalize(random(1, 16, 9, 11), dim=1)
    f1 = torch.roll(f2, shifts=(-1, 2), dims=(2, 3))  # f1(x) = f2(x + d) for d = (u, v) = (-2, 1)
    best = correlation(f1, f2, 3)[0, :, 3:-3, 3:-3].argmax(dim=0)
    assert bool((best == (1 + 3) * 7 + (-2 + 3)).all())


def test_correlation_and_warp_have_the_derivatives_of_finite_differences():
    f1, f2 = random(1, 2, 3, 4).requires_grad_(), random(1, 2, 3, 4, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(lambda a, b: correlation(a, b, 2), (f1, f2))
    flow = (0.3 * torch.ones(1, 2, 3, 4, dtype=torch.float64)).requires_grad_()
    assert torch.autograd.gradcheck(lambda f, w: warp(f, w)[0], (f1, flow))


def test_layers_run_on_the_meta_device():
    f, flow = torch.empty(2, 8, 6, 10, device="meta"), torch.empty(2, 2, 6, 10, device="meta")
    assert correlation(f, f, 4, stride=2).shape == (2, 25, 6, 10)
    assert warp(f, flow)[0].shape == f.shape
    assert upsample_flow(flow, 4).shape == (2, 2, 24, 40)


def test_correlation_refuses_unequal_maps_and_a_stride_that_misses_zero():
    with pytest.raises(ValueError, match="must have one shape"):
        correlation(random(1, 2, 3, 4), random(1, 2, 3, 5), 1)
    with pytest.raises(ValueError, match="must divide"):
        correlation(random(1, 2, 3, 4), random(1, 2, 3, 4), 3, stride=2)


def test_warp_equals_bilinear_interpolation_in_loops_and_reads_zero_outside():
    features, flow = random(2, 3, 5, 7), 2.5 * random(2, 2, 5, 7, seed=1)
    warped, inside = warp(features, flow)
    expected, expected_inside = warp_by_loops(features, flow)
    assert 0 < int(inside.sum()) < inside.numel()
    assert torch.equal(inside, expected_inside)
    torch.testing.assert_close(warped, expected, atol=ROUNDING, rtol=0)


def test_warp_takes_u_right_and_v_down():
    features = random(1, 1, 6, 8)
    flow = torch.zeros(1, 2, 6, 8, dtype=torch.float64)
    flow[:, 0], flow[:, 1] = 2, -1
    warped, inside = warp(features, flow)
    torch.testing.assert_close(warped[..., 1:, :-2], features[..., :-1, 2:], atol=ROUNDING, rtol=0)
    assert not inside[..., 0, :].any() and not inside[..., -2:].any() and inside[..., 1:, :-2].all()


def test_zero_flow_warps_to_the_same_map_up_to_the_border():
    features = random(1, 4, 5, 9)
    warped, inside = warp(features, torch.zeros(1, 2, 5, 9, dtype=torch.float64))
    torch.testing.assert_close(warped, features, atol=ROUNDING, rtol=0)
    assert inside.all()


def test_warp_reads_zero_where_the_flow_is_unknown():
    warped, inside = warp(random(1, 2, 4, 5), torch.full((1, 2, 4, 5), float("nan"), dtype=torch.float64))
    assert not inside.any() and not warped.any()


def test_warp_can_read_the_border_outside_instead():
    features, flow = random(1, 2, 5, 7), torch.zeros(1, 2, 5, 7, dtype=torch.float64)
    flow[:, 0], flow[:, 1] = 20, -20
    warped, inside = warp(features, flow, outside="border")
    assert not inside.any()
    torch.testing.assert_close(warped, features[..., :1, -1:].expand(1, 2, 5, 7), atol=ROUNDING, rtol=0)
    with pytest.raises(ValueError, match="outside must be"):
        warp(features, flow, outside="mirror")


def test_warp_refuses_a_flow_of_another_grid():
    with pytest.raises(ValueError, match="resize it first"):
        warp(random(1, 3, 8, 8), random(1, 2, 4, 4))


@pytest.mark.parametrize("align_corners", [True, False])
def test_upsampled_flow_is_longer_by_the_factor_of_its_own_axis(align_corners):
    def constant(u, v, height, width):
        return torch.tensor([u, v], dtype=torch.float64)[None, :, None, None].expand(1, 2, height, width)

    finer = upsample_flow(constant(2, -3, 3, 5), 4, align_corners=align_corners)
    torch.testing.assert_close(finer, constant(8, -12, 12, 20), atol=ROUNDING, rtol=0)
    finer = upsample_flow(constant(2, -3, 3, 5), size=(9, 10), align_corners=align_corners)
    torch.testing.assert_close(finer, constant(4, -9, 9, 10), atol=ROUNDING, rtol=0)


def test_upsampling_puts_corner_on_corner():
    flow = random(1, 2, 3, 4)
    torch.testing.assert_close(upsample_flow(flow, 3)[..., 0, 0], 3 * flow[..., 0, 0], atol=ROUNDING, rtol=0)
    torch.testing.assert_close(upsample_flow(flow, 3)[..., -1, -1], 3 * flow[..., -1, -1], atol=ROUNDING, rtol=0)


@pytest.mark.parametrize("kernel, dilation", [(1, 1), (3, 1), (5, 1), (7, 1), (3, 4)])
def test_conv_keeps_the_size_and_leaks_a_tenth(kernel, dilation):
    layer = conv(2, 4, kernel, dilation=dilation)
    x = torch.randn(1, 2, 9, 11)
    assert layer(x).shape == (1, 4, 9, 11)
    assert conv(2, 4, kernel, stride=2)(torch.randn(1, 2, 8, 12)).shape == (1, 4, 4, 6)
    linear = layer[0](x)
    torch.testing.assert_close(layer(x), torch.where(linear > 0, linear, 0.1 * linear))
