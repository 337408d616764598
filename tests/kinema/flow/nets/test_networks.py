"""What every network of this half has in common: size, cost, the call, and that it learns."""

import importlib

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from kinema.cost import count_macs
from kinema.data import load_clip, load_pair
from kinema.flow import nets
from kinema.flow.nets.flownet import flownet2, flownet2_cs, flownet_c, flownet_s, flownet_sd
from kinema.flow.nets.liteflownet import lite_flow_net
from kinema.flow.nets.losses import multiscale_epe
from kinema.flow.nets.network import FlowNetwork
from kinema.flow.nets.pwcnet import pwc_net, pwc_net_clean
from kinema.flow.nets.spynet import spynet, spynet6

LIGHT = [spynet, pwc_net, pwc_net_clean, lite_flow_net]
BUILDERS = [flownet_s, flownet_c, flownet_sd, flownet2_cs, flownet2, spynet6, *LIGHT]


def built(build):
    torch.manual_seed(0)
    return build().eval()


def shifted_pairs(size, motions, seed=0):
    """Colour noise, smoothed to features of about 4 pixels, each sample moved by its own whole-pixel motion."""
    generator = torch.Generator().manual_seed(seed)
    noise = torch.rand(len(motions), 3, size + 32, size + 32, generator=generator)
    ground = torch.nn.functional.avg_pool2d(noise, 5, stride=1, padding=2) * 3 - 1
    I0 = ground[..., 16 : 16 + size, 16 : 16 + size]
    moved = [g[:, 16 - v : 16 - v + size, 16 - u : 16 - u + size] for g, (u, v) in zip(ground, motions, strict=True)]
    I1 = torch.stack(moved)
    flow = torch.tensor(motions, dtype=torch.float32)[:, :, None, None].expand(-1, 2, size, size)
    return I0.clamp(0, 1), I1.clamp(0, 1), flow


@pytest.mark.parametrize(
    "build, parameters, small, large",
    [
        # Parameters of the released code; conv GMACs at 384x512 and 448x1024 where they were counted on it.
        (spynet, 1_200_250, None, None),
        (spynet6, 1_440_300, None, None),
        (pwc_net, 9_374_340, None, None),
        (pwc_net_clean, 8_639_230, 34.94, 81.53),
        (lite_flow_net, 5_381_969, None, None),
    ],
)
def test_networks_have_the_size_and_cost_of_the_released_ones(build, parameters, small, large):
    for gmacs, size in ((small, (384, 512)), (large, (448, 1024))):
        cost = count_macs(build, (1, 3, *size), (1, 3, *size))
        assert cost.parameters == parameters
        if gmacs is not None:
            assert cost.by_operator["convolution"] / 1e9 == pytest.approx(gmacs, abs=0.005)  # two decimals are quoted


def test_the_cost_volumes_of_pwc_net_compare_81_displacements_at_five_levels():
    cost = count_macs(pwc_net, (1, 3, 384, 512), (1, 3, 384, 512))
    levels = zip((32, 64, 96, 128, 196), (4, 8, 16, 32, 64), strict=True)
    assert cost.by_operator["correlation"] == sum(81 * c * (384 // s) * (512 // s) for c, s in levels)


def test_spynet_spends_240050_parameters_on_each_level():
    frame = (1, 3, 64, 64)
    assert [count_macs(lambda n=n: spynet(n), frame, frame).parameters for n in (1, 3)] == [240_050, 720_150]


@pytest.mark.parametrize("build", BUILDERS)
def test_any_size_gives_flow_of_that_size_and_predictions_run_coarse_to_fine(build):
    with torch.device("meta"):
        net = build()
    odd = torch.empty(2, 3, 70, 45, device="meta")
    assert net(odd, odd).shape == (2, 2, 70, 45)
    frame = torch.empty(1, 3, 128, 192, device="meta")
    predictions = net.predictions(frame, frame)
    widths = [p.shape[-1] for p in predictions]
    assert widths == sorted(widths) and all(p.shape[0] == 1 and p.shape[1] == 2 for p in predictions)
    assert all(192 % w == 0 and p.shape[-2] == 128 * w // 192 for w, p in zip(widths, predictions, strict=True))


@pytest.mark.parametrize("build", [flownet_s, *LIGHT])
def test_every_parameter_in_use_has_a_gradient(build):
    net = built(build)
    I0, I1, flow = shifted_pairs(64, [(3, -2)])
    predictions = net.predictions(I0, I1)
    multiscale_epe(predictions, flow, weights=[1] * len(predictions)).backward()
    idle = {name for name, p in net.named_parameters() if p.grad is None}
    # The released PWC-Net carries one upsampling that it never uses.
    assert idle == ({"upflow.4.weight", "upflow.4.bias"} if build is pwc_net else set())


@pytest.mark.parametrize("build", [flownet_s, *LIGHT])
def test_frames_are_padded_not_stretched(build):
    net = built(build)
    I0, I1, _ = shifted_pairs(64, [(3, -2)])
    right, down = -41 % net.multiple, -50 % net.multiple
    I0, I1 = I0[..., :50, :41], I1[..., :50, :41]
    padded = [torch.nn.functional.pad(x, (0, right, 0, down), mode="replicate") for x in (I0, I1)]
    with torch.no_grad():
        torch.testing.assert_close(net(I0, I1), net(*padded)[..., :50, :41])


@pytest.mark.parametrize("build", [flownet_s, *LIGHT])
def test_pairs_in_a_batch_do_not_see_each_other(build):
    net = built(build)
    I0, I1, _ = shifted_pairs(64, [(3, -2), (-1, 4)])
    with torch.no_grad():
        torch.testing.assert_close(net(I0, I1)[1:], net(I0[1:], I1[1:]), atol=1e-4, rtol=1e-4)  # sums in another order


def test_wrong_frames_are_refused_in_words():
    net = spynet(2)
    frame = torch.zeros(1, 3, 8, 8)
    for bad, message in [
        (frame[:, :1], r"I0 has shape \(1, 1, 8, 8\)"),
        (frame[0], "expected"),
        (frame.permute(0, 2, 3, 1), "put colour second"),
        (frame.to(torch.uint8), "floating-point"),
        (np.zeros((1, 3, 8, 8)), "floating-point"),
    ]:
        with pytest.raises(ValueError, match=message):
            net(bad, bad)
    with pytest.raises(ValueError, match="crop or resize"):
        net(frame, frame[..., :4])
    with pytest.raises(ValueError, match="divisible by 2, got 8 x 7"):
        net.predictions(frame[..., :7], frame[..., :7])


@pytest.mark.parametrize("build", [flownet_s, flownet_c, flownet_sd, *LIGHT])
def test_real_frames_give_finite_flow(build):
    clip = load_clip("city").frames
    I0, I1 = (torch.as_tensor(clip[k][:96, :128] / 255, dtype=torch.float32).permute(2, 0, 1)[None] for k in (0, 1))
    with torch.no_grad():
        flow = built(build)(I0, I1)
    assert flow.shape == (1, 2, 96, 128) and bool(flow.isfinite().all())


def test_a_benchmark_pair_of_odd_size_goes_through(middlebury):
    pair = load_pair("middlebury", "RubberWhale", middlebury)
    I0, I1 = (torch.as_tensor(x / 255, dtype=torch.float32).permute(2, 0, 1)[None] for x in (pair.I0, pair.I1))
    with torch.no_grad():
        flow = built(pwc_net)(I0, I1)
    assert flow.shape == (1, 2, *pair.flow.shape[-2:]) and bool(flow.isfinite().all())


def losses_while_training(net, steps, lr, *, size, motions=((3, -2), (-2, 4))):
    I0, I1, flow = shifted_pairs(size, motions)
    optimiser = torch.optim.Adam(net.parameters(), lr=lr)
    net.train()
    losses = []
    for _ in range(steps):
        optimiser.zero_grad()
        predictions = net.predictions(I0, I1)
        loss = multiscale_epe(predictions, flow, weights=[1 / len(predictions)] * len(predictions), scale=1)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize(
    "build, size, steps, lr, factor",
    [
        # The FlowNets are slow here (40 million weights): a few steps, a smaller fall.
        (flownet_s, 64, 7, 3e-4, 1.3),
        (flownet_c, 64, 7, 3e-4, 1.3),
        (flownet_sd, 64, 7, 3e-4, 1.3),
        (lambda: spynet(3), 32, 20, 1e-3, 2),
        (pwc_net, 64, 16, 3e-4, 2),
        (pwc_net_clean, 64, 16, 3e-4, 2),
        (lite_flow_net, 32, 14, 5e-4, 2),
    ],
    ids=["flownet_s", "flownet_c", "flownet_sd", "spynet", "pwc_net", "pwc_net_clean", "lite_flow_net"],
)
def test_two_pairs_are_learned_by_heart(build, size, steps, lr, factor):
    net = built(build)
    losses = losses_while_training(net, steps, lr, size=size)
    assert min(losses[-3:]) < losses[0] / factor, losses


# Each warps by the flow found so far, in pixels of the map it warps.


@pytest.fixture
def warps(monkeypatch):
    """warps(name): list that fills with (width of the map, flow) of each call of warp in that module."""

    def record(name):
        module = importlib.import_module(f"kinema.flow.nets.{name}")
        calls, warp = [], module.warp

        def recorder(features, flow, **options):
            calls.append((features.shape[-1], flow.detach()))
            return warp(features, flow, **options)

        monkeypatch.setattr(module, "warp", recorder)
        return calls

    return record


def test_spynet_warps_each_level_by_twice_the_flow_below(warps):
    calls, net = warps("spynet"), built(lambda: spynet(3))
    predictions = net.predictions(*shifted_pairs(32, [(3, -2)])[:2])
    assert [w for w, _ in calls] == [8, 16, 32] and not calls[0][1].any()
    for (width, flow), below in zip(calls[1:], predictions, strict=False):
        expected = torch.nn.functional.interpolate(below, size=(width, width), mode="bilinear", align_corners=True)
        torch.testing.assert_close(flow, expected * (width / 32))


def test_pwc_net_warps_each_level_by_the_flow_below_in_its_own_pixels(warps):
    calls, net = warps("pwcnet"), built(pwc_net_clean)
    predictions = net.predictions(*shifted_pairs(128, [(3, -2)])[:2])
    assert [w for w, _ in calls] == [4, 8, 16, 32]
    for (width, flow), below in zip(calls, predictions, strict=False):
        expected = torch.nn.functional.interpolate(below, size=(width, width), mode="bilinear", align_corners=True)
        torch.testing.assert_close(flow, expected * (width / 128))


def test_lite_flow_net_warps_features_and_frames_in_their_own_pixels(warps):
    calls, net = warps("liteflownet"), built(lite_flow_net)
    predictions = net.predictions(*shifted_pairs(128, [(3, -2)])[:2])
    assert [w for w, _ in calls] == [4, 4] + 3 * [8] + 3 * [16] + 3 * [32] + 3 * [64]  # S R, then M S R
    for (width, flow), below in zip(calls[2::3], predictions, strict=False):
        finer = torch.nn.functional.interpolate(below, scale_factor=2, mode="bilinear", align_corners=False)
        inner = (..., slice(1, -1), slice(1, -1))  # a transposed convolution fades at the border
        torch.testing.assert_close(flow[inner], finer[inner] * (width / 128))


def test_flownet2_warps_frames_by_the_flow_of_the_network_before(warps):
    calls, net = warps("flownet"), built(flownet2_cs)
    I0, I1, _ = shifted_pairs(64, [(3, -2)])
    with torch.no_grad():
        first = net.first.predictions(I0, I1)[-1]
        net.predictions(I0, I1)
    ((width, flow),) = calls
    assert width == 64
    torch.testing.assert_close(
        flow, torch.nn.functional.interpolate(first, scale_factor=4, mode="bilinear", align_corners=False)
    )


def test_the_package_names_its_networks():
    order = sorted(nets.__all__, key=lambda name: (not name[0].isupper(), name))
    assert nets.__all__ == order and all(getattr(nets, name).__doc__ for name in nets.__all__)


def test_every_network_is_a_flow_network():
    for build in BUILDERS:
        with torch.device("meta"):
            assert isinstance(build(), FlowNetwork)
