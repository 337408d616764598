"""IRR: its filter and grids against loops, what travels between levels, its size, its weights, its learning."""

import importlib
import itertools

import pytest

torch = pytest.importorskip("torch")

from kinema.cost import count_macs
from kinema.flow.nets.checkpoints import load_official

irr_pwc = importlib.import_module("kinema.flow.nets.irr_pwc")  # the package's own irr_pwc is the preset

ROUNDING = 1e-12  # float64, a few dozen operations on numbers near 1


def random(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_the_filter_sums_the_three_by_three_around_each_pixel_and_repeats_the_border():
    field, weights = random(1, 2, 4, 5), random(1, 9, 4, 5, seed=1)
    found = irr_pwc.filter_3x3(field, weights)
    for y in range(4):
        for x in range(5):
            for axis in range(2):
                expected = sum(
                    float(weights[0, 3 * j + i, y, x] * field[0, axis, min(max(y + j - 1, 0), 3), min(max(x + i - 1, 0), 4)])
                    for j in range(3)
                    for i in range(3)
                )
                assert float(found[0, axis, y, x]) == pytest.approx(expected, rel=ROUNDING, abs=ROUNDING)


def test_a_learned_filter_never_leaves_the_range_of_what_it_averages():
    torch.manual_seed(0)
    learned = irr_pwc.LearnedFilter(5).double()
    field = random(1, 2, 8, 9)
    found = learned(field, random(1, 5, 8, 9, seed=1))
    assert field.min() <= found.min() and found.max() <= field.max()
    constant = torch.full_like(field, 1.75)
    torch.testing.assert_close(learned(constant, random(1, 5, 8, 9, seed=1)), constant, rtol=ROUNDING, atol=0)


def test_fetching_puts_the_corners_of_level_and_frame_on_each_other():
    # Between corner pixels a frame is 63 pixels wide, its level 7: 9 frame pixels are one of the level's.
    level, frame = random(1, 3, 8, 8), torch.zeros(1, 3, 64, 64, dtype=torch.float64)
    flow = torch.tensor([18.0, -9.0], dtype=torch.float64).reshape(1, 2, 1, 1).expand(1, 2, 8, 8)
    found = irr_pwc.fetch(level, flow, frame)
    torch.testing.assert_close(found[..., 2:7, 1:5], level[..., 1:6, 3:7], rtol=1e-10, atol=1e-10)
    assert (found[..., 0, :] == 0).all() and (found[..., :, 6:] == 0).all()


def test_occlusion_repeats_pixels_and_adds_a_correction_that_reuses_its_weights_three_times():
    torch.manual_seed(0)
    net = irr_pwc.OcclusionUpsampler(guide=2, width=4).double()
    occlusion, guide = random(1, 1, 3, 4), random(1, 2, 6, 8, seed=1)
    repeated = occlusion.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    start = net.first(torch.cat([repeated, guide], dim=1))
    once = start + 0.1 * net.residual(start)
    twice = once + 0.1 * net.residual(once)
    thrice = twice + 0.1 * net.residual(twice)
    expected = repeated + net.out(start + net.last(thrice))
    torch.testing.assert_close(net(occlusion, guide), expected, rtol=ROUNDING, atol=ROUNDING)


def test_a_decoder_without_weights_leaves_the_field_as_it_is():
    decoder = irr_pwc.ResidualDecoder(6, 2)
    for layer in (decoder.estimator.predict, decoder.context[-1]):
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    field = torch.randn(1, 2, 5, 6)
    assert torch.equal(decoder(torch.randn(1, 6, 5, 6), field), field)


@pytest.mark.parametrize("make, count", [(irr_pwc.pwc_net_irr, 5), (irr_pwc.irr_pwc, 12)])
def test_flow_comes_at_the_size_of_the_frames_and_predictions_coarse_to_fine(make, count, city_pair):
    torch.manual_seed(0)
    net = make().eval()
    I0, I1 = city_pair
    with torch.no_grad():
        assert net(I0, I1).shape == (1, 2, *I0.shape[-2:])
        predictions = net.predictions(I0[..., :64, :128], I1[..., :64, :128])
    assert len(predictions) == count
    assert predictions[0].shape == (1, 2, 1, 2) and all(torch.isfinite(p).all() for p in predictions)
    heights = [p.shape[-2] for p in predictions]
    assert heights == sorted(heights)


def test_swapping_the_frames_swaps_the_directions():
    torch.manual_seed(0)
    net = irr_pwc.irr_pwc().eval()
    I0, I1 = torch.rand(2, 2, 3, 64, 64)
    with torch.no_grad():
        one, other = net.estimates(I0, I1)[-1], net.estimates(I1, I0)[-1]
    # Batches in another order may be rounded in another order: float32, some 60 layers.
    options = {"rtol": 1e-4, "atol": 1e-4}
    torch.testing.assert_close(one.flow, other.backward_flow, **options)
    torch.testing.assert_close(one.occlusion, other.backward_occlusion, **options)
    assert not torch.allclose(one.flow, one.backward_flow, **options)


def test_each_frame_is_compared_with_the_other_one():
    assert irr_pwc.swap(torch.arange(6)).tolist() == [3, 4, 5, 0, 1, 2]
    torch.manual_seed(0)
    net = irr_pwc.irr_pwc().eval()
    I0, I1, other = torch.rand(3, 1, 3, 64, 64)
    with torch.no_grad():
        assert not torch.allclose(net(I0, I1), net(I0, other), atol=1e-3)


def test_the_filters_average_a_flow_and_an_occlusion_cut_from_the_graph():
    net, seen = irr_pwc.irr_pwc(), []
    for learned in (net.flow_filter, net.occlusion_filter):
        learned.register_forward_hook(lambda module, given, result: seen.append(given[0].requires_grad))
    predictions = net.predictions(*torch.rand(2, 1, 3, 64, 64))
    assert seen == [False] * 10  # two filters on five levels
    assert all(p.requires_grad for p in predictions)


@pytest.mark.parametrize("make", [irr_pwc.pwc_net_irr, irr_pwc.irr_pwc])
def test_a_net_learns_a_pair_by_heart(make, moved_pair):
    torch.manual_seed(0)
    net = make()
    I0, I1, truth = moved_pair(64, 64, 3, -2)
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-4)
    losses = []
    for _ in range(12):
        loss = sum((p - truth[..., :1, :1]).abs().mean() for p in net.predictions(I0, I1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 2  # three seeds fell 3 times and more


@pytest.mark.parametrize(
    "make, parameters, small, large",
    [(irr_pwc.pwc_net_irr, 3_354_146, 38.91, 90.80), (irr_pwc.irr_pwc, 6_362_092, 207.32, 483.74)],
)
def test_size_and_cost_are_those_of_the_authors_nets(make, parameters, small, large):
    for gmacs, size in ((small, (384, 512)), (large, (448, 1024))):  # convolutions of visinf/irr, two decimals
        cost = count_macs(make, (1, 3, *size), (1, 3, *size))
        assert cost.parameters == parameters
        assert cost.by_operator["convolution"] / 1e9 == pytest.approx(gmacs, abs=0.0051)


# The authors' state dicts, name by name.


def convs(prefix, widths, kernel=3, first=0):
    for n, (cin, cout) in enumerate(itertools.pairwise(widths), start=first):
        yield f"{prefix}{n}.0.weight", (cout, cin, kernel, kernel)
        yield f"{prefix}{n}.0.bias", (cout,)


def decoder_names(estimator, context, evidence, field):
    channels = evidence + field
    for n, width in enumerate((128, 128, 96, 64, 32), start=1):
        yield from convs(f"{estimator}.conv", (channels, width), first=n)
        channels += width
    yield f"{estimator}.conv_last.0.weight", (field, channels, 3, 3)
    yield f"{estimator}.conv_last.0.bias", (field,)
    yield from convs(f"{context}.convs.", (channels + field, 128, 128, 128, 96, 64, 32, field))


def published_names(joint):
    widths = (3, 16, 32, 64, 96, 128, 196)
    for n, (cin, cout) in enumerate(itertools.pairwise(widths)):
        yield from convs(f"feature_pyramid_extractor.convs.{n}.", (cin, cout, cout))
    for n, width in enumerate((196, 128, 96, 64) if joint else (196, 128, 96, 64, 32)):
        yield from convs("conv_1x1.", (width, 32), kernel=1, first=n)
    yield from decoder_names("flow_estimators", "context_networks", 113, 2)
    if joint:
        yield from decoder_names("occ_estimators", "occ_context_networks", 113, 1)
        yield "conv_1x1_1.0.weight", (3, 16, 1, 1)
        yield "conv_1x1_1.0.bias", (3,)
        for name, guide in (("refine_flow", 35), ("refine_occ", 65)):
            yield from convs(f"{name}.convs.", (guide, 128, 128, 64, 64, 32, 32, 9))
        for name, cin, cout in (
            ("init_conv.0", 11, 32),
            ("res_convs.0.0", 32, 32),
            ("res_convs.1.0", 32, 32),
            ("res_end_conv.0", 32, 32),
            ("out_convs.0", 32, 1),
        ):
            yield f"occ_shuffle_upsample.{name}.weight", (cout, cin, 3, 3)
            yield f"occ_shuffle_upsample.{name}.bias", (cout,)


@pytest.mark.parametrize("prefix", ["", "_model."])
@pytest.mark.parametrize("name", ["pwc_net_irr", "irr_pwc"])
def test_every_published_weight_finds_its_one_place(name, prefix):
    state = {prefix + key: torch.randn(shape) for key, shape in published_names(name == "irr_pwc")}
    net = load_official(getattr(irr_pwc, name)(), state)  # refuses what is missing, left over or of another shape
    assert len(state) == len(net.state_dict())
    decoder = net.decoder if name == "pwc_net_irr" else net.flow_decoder
    assert torch.equal(decoder.context[3][0].weight, state[f"{prefix}context_networks.convs.3.0.weight"])
    assert torch.equal(net.pyramid[2][1][0].bias, state[f"{prefix}feature_pyramid_extractor.convs.2.1.0.bias"])
