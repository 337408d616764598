"""HD3: densities to flow and back against loops, its aggregation, its size, its weights, its learning."""

import importlib
import math

import pytest

torch = pytest.importorskip("torch")

from kinema.flow.nets.checkpoints import load_official

hd3 = importlib.import_module("kinema.flow.nets.hd3")  # the package's own hd3 is the preset

ROUNDING = 1e-12  # float64, a few dozen operations on numbers near 1
THIN = (4, 6, 8, 10, 12, 16, 16)


def random(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def flow_by_loops(density):
    """(u, v) of one pixel's density (D, D): the best 2 x 2 window and the mean within it."""
    D = density.shape[0]
    best, found = -math.inf, None
    for y in range(D - 1):
        for x in range(D - 1):
            window = density[y : y + 2, x : x + 2]
            if float(window.sum()) > best:
                best = float(window.sum())
                total = float(window.sum())
                u = sum(float(window[j, i]) * (x + i - D // 2) for j in (0, 1) for i in (0, 1)) / total
                v = sum(float(window[j, i]) * (y + j - D // 2) for j in (0, 1) for i in (0, 1)) / total
                found = u, v
    return found


def density_by_loops(u, v, radius):
    """Density of one displacement: each whole displacement weighted by its closeness along both axes."""
    u, v = (min(max(d, -radius), radius) for d in (u, v))
    D = 2 * radius + 1
    density = torch.zeros(D, D, dtype=torch.float64)
    x0, y0 = math.floor(u), math.floor(v)
    for y, wy in ((y0, y0 + 1 - v), (y0 + 1, v - y0)):
        for x, wx in ((x0, x0 + 1 - u), (x0 + 1, u - x0)):
            if wx * wy > 0:
                density[y + radius, x + radius] += wx * wy
    return density


@pytest.mark.parametrize("radius", [1, 4])
def test_flow_is_the_mean_in_the_likeliest_two_by_two_window(radius):
    D = 2 * radius + 1
    density = random(2, D * D, 3, 4).softmax(dim=1)
    flow = hd3.density_to_flow(density)
    assert flow.shape == (2, 2, 3, 4)
    for b, y, x in ((0, 0, 0), (1, 2, 1), (1, 0, 3), (0, 1, 2)):
        expected = flow_by_loops(density[b, :, y, x].reshape(D, D))
        assert flow[b, :, y, x].tolist() == pytest.approx(expected, rel=ROUNDING, abs=ROUNDING)


def test_density_shares_a_displacement_among_its_four_neighbours():
    flow = torch.tensor([[0.25, -1.75], [2.0, -4.0], [-4.0, 3.5], [6.0, -9.0]], dtype=torch.float64)
    density = hd3.flow_to_density(flow.T.reshape(1, 2, 1, 4), 4)
    for n, (u, v) in enumerate(flow.tolist()):
        torch.testing.assert_close(density[0, :, 0, n], density_by_loops(u, v, 4).flatten(), rtol=ROUNDING, atol=ROUNDING)


def test_flow_to_density_and_back_is_the_flow_within_the_radius():
    flow = 8 * torch.rand(2, 2, 5, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) - 4
    density = hd3.flow_to_density(flow, 4)
    torch.testing.assert_close(density.sum(dim=1), torch.ones(2, 5, 7, dtype=torch.float64), rtol=ROUNDING, atol=0)
    torch.testing.assert_close(hd3.density_to_flow(density), flow, rtol=0, atol=1e-11)


def test_of_two_peaks_the_likelier_counts_not_the_middle_between_them():
    one, other = (hd3.flow_to_density(torch.tensor(d).reshape(1, 2, 1, 1), 4) for d in ([3.0, -2.5], [-3.5, 3.0]))
    flow = hd3.density_to_flow(0.6 * one + 0.4 * other)
    assert flow.flatten().tolist() == pytest.approx([3.0, -2.5], abs=1e-6)  # float32


def test_levels_compose_by_doubling_the_coarser_flow_and_adding():
    torch.manual_seed(0)
    net = hd3.HD3(THIN, 16).eval()
    I0, I1 = torch.rand(2, 1, 3, 64, 128)
    with torch.no_grad():
        matches = net.matches(I0, I1)
    assert [m.scores.shape for m in matches] == [(1, 81, 2**n, 2 ** (n + 1)) for n in range(5)]
    found = matches[0].flow / 64
    torch.testing.assert_close(found, hd3.density_to_flow(matches[0].scores.softmax(dim=1)))
    for n, match in enumerate(matches[1:], start=1):
        size = match.scores.shape[-2:]
        start = 2 * torch.nn.functional.interpolate(found, size=size, mode="bilinear", align_corners=True)
        found = start + hd3.density_to_flow(match.scores.softmax(dim=1))
        torch.testing.assert_close(match.flow, found * 2 ** (6 - n), rtol=1e-5, atol=1e-4)  # float32, up to 500 pixels


def test_the_loss_is_zero_where_every_level_says_what_the_truth_leaves_it():
    truth = torch.tensor([6.5, -3.25], dtype=torch.float64).reshape(1, 2, 1, 1).expand(1, 2, 64, 64)
    matches, found = [], 0.0
    for n in range(5):
        step, side = 2 ** (6 - n), 2**n
        left = (truth[..., :side, :side] - found) / step
        scores = (hd3.flow_to_density(left) + 1e-30).log()
        matches.append(hd3.Match(scores, truth[..., :side, :side]))
        found = truth[..., :1, :1]
    assert float(hd3.match_density_loss(matches, truth)) == pytest.approx(0, abs=1e-12)
    wrong = matches[:-1] + [hd3.Match(matches[-1].scores.roll(1, dims=1), matches[-1].flow)]
    assert float(hd3.match_density_loss(wrong, truth)) > 1


def test_the_loss_of_one_level_is_the_mean_divergence_over_pixels():
    scores, truth = random(2, 81, 2, 3), 60 * random(2, 2, 128, 192, seed=1).clamp(-1, 1)
    found = float(hd3.match_density_loss([hd3.Match(scores, None)], truth))
    small = torch.nn.functional.interpolate(truth, size=(2, 3), mode="bilinear", align_corners=True) / 64
    log_density, expected = scores.log_softmax(dim=1), 0.0
    for b in range(2):
        for y in range(2):
            for x in range(3):
                target = density_by_loops(*small[b, :, y, x].tolist(), 4).flatten()
                for t, q in zip(target.tolist(), log_density[b, :, y, x].tolist(), strict=True):
                    expected += t * (math.log(t) - q) / 12 if t > 0 else 0.0
    assert found == pytest.approx(expected, rel=1e-10)


def test_upsampling_starts_as_bilinear_interpolation():
    x = random(1, 3, 5, 6)
    found = hd3.upsampler(3).double()(x)
    expected = torch.nn.functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    torch.testing.assert_close(found[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1], rtol=ROUNDING, atol=ROUNDING)


def test_the_encoder_returns_six_levels_coarse_to_fine():
    encoder = hd3.DLAUp(THIN).eval()
    with torch.no_grad():
        features = encoder(torch.rand(1, 3, 64, 128))
    assert [f.shape for f in features] == [(1, c, 2**n, 2 ** (n + 1)) for n, c in enumerate(THIN[:0:-1])]


@pytest.mark.parametrize("context", [False, True])
def test_flow_comes_at_the_size_of_the_frames(context, city_pair):
    torch.manual_seed(0)
    I0, I1 = city_pair
    with torch.no_grad():
        flow = hd3.HD3(context=context).eval()(I0, I1)
    assert flow.shape == (1, 2, *I0.shape[-2:]) and torch.isfinite(flow).all()


@pytest.mark.parametrize("make, parameters", [(hd3.hd3, 39_561_975), (hd3.hd3_context, 39_942_647)])
def test_parameters_are_the_published_number(make, parameters):
    with torch.device("meta"):
        assert sum(p.numel() for p in make().parameters()) == parameters


@pytest.mark.parametrize("context", [False, True])
def test_a_thin_net_learns_two_pairs_by_heart(context, moved_pair):
    torch.manual_seed(0)
    net = hd3.HD3(THIN, 16, context=context)
    first, second = moved_pair(64, 64, 3, -2), moved_pair(64, 64, -5, 1, seed=1)
    I0, I1, truth = (torch.cat(parts) for parts in zip(first, second, strict=True))
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-2)
    losses, errors = [], []
    for _ in range(25):
        matches = net.matches(I0, I1)
        loss = hd3.match_density_loss(matches, truth)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
        errors.append(float((matches[-1].flow.detach() - truth[..., :1, :1]).norm(dim=1).mean()))
    assert losses[-1] < losses[0] / 2 and errors[-1] < errors[0] / 3, (losses, errors)


# The authors' state dict, name by name.


def bn(name, c):
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.{part}", (c,)
    yield f"{name}.num_batches_tracked", ()


def conv_bn(conv, norm, cin, cout, kernel=3):
    yield f"{conv}.weight", (cout, cin, kernel, kernel)
    yield from bn(norm, cout)


def tree_names(name, cin, cout, root):
    for n, c in ((1, cin), (2, cout)):
        yield from conv_bn(f"{name}.tree{n}.conv1", f"{name}.tree{n}.bn1", c, cout)
        yield from conv_bn(f"{name}.tree{n}.conv2", f"{name}.tree{n}.bn2", cout, cout)
    yield from conv_bn(f"{name}.root.conv", f"{name}.root.bn", root, cout, 1)
    if cin != cout:
        yield from conv_bn(f"{name}.project.0", f"{name}.project.1", cin, cout, 1)


def published_names(context):
    widths = (16, 32, 64, 128, 256, 512, 512)
    base = "encoder.base"
    yield from conv_bn(f"{base}.base_layer.0", f"{base}.base_layer.1", 3, 16, 7)
    yield from conv_bn(f"{base}.level0.0", f"{base}.level0.1", 16, 16)
    yield from conv_bn(f"{base}.level1.0", f"{base}.level1.1", 16, 32)
    yield from tree_names(f"{base}.level2", 32, 64, 128)
    for level, cin, cout in ((3, 64, 128), (4, 128, 256)):
        name = f"{base}.level{level}"
        yield from tree_names(f"{name}.tree1", cin, cout, 2 * cout)
        yield from tree_names(f"{name}.tree2", cout, cout, 3 * cout + cin)
        yield from conv_bn(f"{name}.project.0", f"{name}.project.1", cin, cout, 1)
    yield from tree_names(f"{base}.level5", 256, 512, 2 * 512 + 256)
    yield from tree_names(f"{base}.level6", 512, 512, 2 * 512 + 512)
    coarser = [512]
    for i, width in enumerate(widths[-2:0:-1]):
        for k, c in enumerate(coarser, start=1):
            name = f"encoder.dla_up.ida_{i}"
            if c != width:
                yield from conv_bn(f"{name}.proj_{k}.0", f"{name}.proj_{k}.1", c, width, 1)
            yield f"{name}.up_{k}.weight", (width, 1, 4, 4)
            yield from conv_bn(f"{name}.node_{k}.0", f"{name}.node_{k}.1", 2 * width, width)
        coarser = [width] * (len(coarser) + 1)
    for level, cin in enumerate((81, 676, 420, 292, 228)):  # 81 + features + 81 + 2
        yield from bn(f"cost_bn_{level}", 81)
        name = f"Decoder_{level}"
        if context and level == 4:
            for n in range(7):
                yield from conv_bn(f"{name}.dc_conv_{n}.0", f"{name}.dc_conv_{n}.1", cin if n == 0 else 128, 128)
            yield f"{name}.cls.weight", (81, 128, 1, 1)
            yield f"{name}.cls.bias", (81,)
            continue
        mapping = f"{name}.mapping"
        yield from conv_bn(f"{mapping}.block1.conv1", f"{mapping}.block1.bn2", cin, 128)
        yield f"{mapping}.block1.conv2.weight", (128, 128, 3, 3)
        yield f"{mapping}.block1.shortcut.0.weight", (128, cin, 1, 1)
        yield from bn(f"{mapping}.block2.bn1", 128)
        yield from conv_bn(f"{mapping}.block2.conv1", f"{mapping}.block2.bn2", 128, 128)
        yield f"{mapping}.block2.conv2.weight", (128, 128, 3, 3)
        yield from bn(f"{mapping}.root.0", 256)
        yield f"{mapping}.root.2.weight", (128, 256, 1, 1)
        yield from bn(f"{name}.cls.0", 128)
        yield f"{name}.cls.2.weight", (81, 128, 1, 1)
        yield f"{name}.cls.2.bias", (81,)
        if level < 4:
            yield from bn(f"{name}.up.0", 128)
            yield f"{name}.up.2.weight", (128, 81, 4, 4)
            yield from bn(f"{name}.up.3", 81)


@pytest.mark.parametrize("name", ["hd3", "hd3_context"])
def test_every_published_weight_finds_its_one_place(name):
    state = {f"module.hd3net.{key}": torch.full(shape, 1.0) for key, shape in published_names(name == "hd3_context")}
    key = "module.hd3net.encoder.base.level4.tree2.tree1.conv2.weight"
    state[key] = torch.randn(state[key].shape)
    net = load_official(getattr(hd3, name)(), state)  # refuses what is missing, left over or of another shape
    assert len(state) == len(net.state_dict())
    assert torch.equal(net.encoder.base.levels[4].second.first.second[0].weight, state[key])
