"""RAFT: its correlation pyramid, lookup and upsampling against loops, its size, its weights, its learning."""

import pytest

torch = pytest.importorskip("torch")

from kinema.cost import count_macs
from kinema.flow.nets import raft
from kinema.flow.nets.checkpoints import load_official

ROUNDING = 1e-12  # some hundred units in the last place of float64


def features(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def bilinear(image, x, y):
    """Value of `image` (H, W) at (x, y) from its four neighbours, those outside counting as zero."""
    H, W = image.shape
    x0, y0 = int(x // 1), int(y // 1)
    total = 0.0
    for j, i in ((y0, x0), (y0, x0 + 1), (y0 + 1, x0), (y0 + 1, x0 + 1)):
        if 0 <= i < W and 0 <= j < H:
            total += float(image[j, i]) * (1 - abs(x - i)) * (1 - abs(y - j))
    return total


def test_each_entry_of_the_volume_is_one_scaled_product_of_two_pixels():
    f0, f1 = features(2, 5, 3, 4), features(2, 5, 3, 4, seed=1)
    volume = raft.all_pairs_correlation(f0, f1)
    assert volume.shape == (2, 3, 4, 3, 4)
    for b, i, j, k, m in ((0, 0, 0, 2, 3), (1, 2, 1, 0, 3), (1, 1, 3, 2, 0), (0, 2, 3, 0, 0)):
        product = sum(float(f0[b, c, i, j] * f1[b, c, k, m]) for c in range(5)) / 5**0.5
        assert float(volume[b, i, j, k, m]) == pytest.approx(product, rel=ROUNDING, abs=ROUNDING)


def test_levels_average_two_by_two_positions_of_the_second_frame_only():
    f0, f1 = features(1, 3, 5, 6), features(1, 3, 5, 6, seed=1)
    fine, half, quarter = raft.correlation_pyramid(f0, f1, levels=3)
    assert half.shape == (1, 5, 6, 2, 3) and quarter.shape == (1, 5, 6, 1, 1)
    torch.testing.assert_close(half[0, 4, 1, 1, 2], fine[0, 4, 1, 2:4, 4:6].mean(), rtol=ROUNDING, atol=ROUNDING)
    torch.testing.assert_close(quarter[0, 2, 5, 0, 0], fine[0, 2, 5, :4, :4].mean(), rtol=ROUNDING, atol=ROUNDING)


def test_lookup_reads_bilinearly_with_the_column_offset_as_the_slow_index():
    H, W, radius = 6, 7, 2
    pyramid = raft.correlation_pyramid(features(1, 3, H, W), features(1, 3, H, W, seed=1), levels=2)
    # Sub-pixel positions, u and v of opposite sign, some outside the frame.
    positions = features(1, 2, H, W, seed=2) * 2 + torch.tensor([4.3, 1.6], dtype=torch.float64).reshape(1, 2, 1, 1)
    found = raft.lookup(pyramid, positions, radius)
    side = 2 * radius + 1
    assert found.shape == (1, 2 * side * side, H, W)
    for i in range(H):
        for j in range(W):
            for level in range(2):
                x, y = (float(p) / 2**level for p in positions[0, :, i, j])
                for a in range(side):
                    for b in range(side):
                        expected = bilinear(pyramid[level][0, i, j], x + a - radius, y + b - radius)
                        entry = float(found[0, level * side * side + a * side + b, i, j])
                        assert entry == pytest.approx(expected, rel=1e-10, abs=1e-10)


def test_lookup_sees_the_match_of_a_known_shift_in_its_own_channel():
    # f1 is f0 moved by (u, v) = (2, -1): correlation peaks at dx = 2, dy = -1.
    H, W, radius = 12, 13, 3
    f0 = features(1, 64, H, W)
    f1 = torch.roll(f0, shifts=(-1, 2), dims=(2, 3))
    y, x = torch.meshgrid(torch.arange(H, dtype=f0.dtype), torch.arange(W, dtype=f0.dtype), indexing="ij")
    found = raft.lookup(raft.correlation_pyramid(f0, f1, levels=1), torch.stack([x, y])[None], radius)
    peak = found[0, :, 4:8, 4:8].argmax(dim=0)
    assert (peak == (2 + radius) * 7 + (-1 + radius)).all()


def test_convex_upsampling_mixes_nine_neighbours_as_the_loop_does():
    factor, H, W = 2, 3, 4
    flow, weights = features(1, 2, H, W), features(1, 9 * factor * factor, H, W, seed=1)
    fine = raft.convex_upsample(flow, weights, factor)
    assert fine.shape == (1, 2, factor * H, factor * W)
    for y in range(factor * H):
        for x in range(factor * W):
            i, j, p, q = y // factor, x // factor, y % factor, x % factor
            logits = weights[0, :, i, j].reshape(9, factor, factor)[:, p, q]
            shares = logits.exp() / logits.exp().sum()
            for axis in range(2):
                expected = 0.0
                for n in range(9):
                    k, m = i + n // 3 - 1, j + n % 3 - 1
                    if 0 <= k < H and 0 <= m < W:
                        expected += float(shares[n]) * factor * float(flow[0, axis, k, m])
                assert float(fine[0, axis, y, x]) == pytest.approx(expected, rel=1e-10, abs=1e-10)


def test_convex_upsampling_keeps_a_uniform_flow_in_finer_pixels():
    flow = torch.tensor([1.5, -0.5], dtype=torch.float64).reshape(1, 2, 1, 1).expand(1, 2, 5, 6)
    fine = raft.convex_upsample(flow, features(1, 9 * 64, 5, 6), 8)[..., 8:-8, 8:-8]
    torch.testing.assert_close(fine, (8 * flow[..., :1, :1]).expand_as(fine), rtol=ROUNDING, atol=0)


@pytest.mark.parametrize("make", [raft.raft_large, raft.raft_small])
def test_one_prediction_per_update_at_the_resolution_of_the_frames(make, city_pair):
    I0, I1 = city_pair
    net = make().eval()
    padded = [torch.nn.functional.pad(frame, (0, 5, 0, 6), mode="replicate") for frame in (I0, I1)]
    with torch.no_grad():
        predictions = net.predictions(*padded, updates=3)
        flow = net(I0, I1, updates=3)
    assert [p.shape for p in predictions] == [(1, 2, 96, 144)] * 3
    assert torch.isfinite(flow).all() and torch.equal(flow, predictions[-1][..., :90, :139])


def test_each_update_starts_from_a_flow_without_history():
    # The gradient of prediction 2 reaches the flow head once, not through prediction 1's step as well.
    net = raft.raft_small().eval()
    I0, I1 = torch.rand(2, 1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    seen = []
    net.update.head.register_forward_hook(lambda module, given, step: seen.append(step))
    _, second = net.predictions(I0, I1, updates=2)
    first_gradient, second_gradient = torch.autograd.grad(second.sum(), seen, allow_unused=True)
    assert first_gradient is None and second_gradient is not None


@pytest.mark.parametrize(
    "size, options, message",
    [((56, 72), {}, "64 x 64 at least"), ((64, 64), {"updates": 0}, "updates")],
)
def test_frames_too_small_and_no_update_are_refused(size, options, message):
    I0, I1 = torch.zeros(2, 1, 3, *size)
    with pytest.raises(ValueError, match=message):
        raft.raft_small()(I0, I1, **options)


def test_features_too_small_for_the_pyramid_are_refused():
    with pytest.raises(ValueError, match="levels"):
        raft.correlation_pyramid(features(1, 2, 7, 9), features(1, 2, 7, 9), levels=4)


@pytest.mark.parametrize(
    "make, parameters, small, large",
    [(raft.raft_large, 5_257_536, 157.45, 374.90), (raft.raft_small, 990_162, 35.34, 86.22)],
)
def test_size_and_cost_are_those_of_torchvisions_nets(make, parameters, small, large):
    # GMACs of 12 updates, the all-pairs product included; counted on torchvision's nets, two decimals.
    for gmacs, size in ((small, (384, 512)), (large, (448, 1024))):
        cost = count_macs(make, (1, 3, *size), (1, 3, *size))
        assert cost.parameters == parameters
        assert cost.macs / 1e9 == pytest.approx(gmacs, abs=0.0051)


@pytest.mark.parametrize("make", [raft.raft_large, raft.raft_small])
def test_a_net_learns_a_pair_by_heart(make, moved_pair):
    torch.manual_seed(0)
    net = make()
    I0, I1, truth = moved_pair(64, 72, 3, -2)
    optimizer = torch.optim.Adam(net.parameters(), lr=4e-4)
    losses = []
    for _ in range(25 if make is raft.raft_small else 12):
        predictions = net.predictions(I0, I1, updates=3)
        loss = sum(0.8 ** (2 - i) * (p - truth).abs().mean() for i, p in enumerate(predictions))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    # The small net's loss fell 7 to 9 times for three seeds; the large one gets half the steps.
    assert losses[-1] < losses[0] / (4 if make is raft.raft_small else 2), losses


# The authors' state dicts, name by name.


def encoder_names(princeton, bottleneck, normed, widths, out):
    """(name, shape) of every tensor of one encoder of the published nets."""
    first = widths[0]

    def conv(name, cout, cin, k):
        yield f"{name}.weight", (cout, cin, k, k)
        yield f"{name}.bias", (cout,)

    def norm(name, c):
        if normed:
            for part in ("weight", "bias", "running_mean", "running_var"):
                yield f"{name}.{part}", (c,)
            yield f"{name}.num_batches_tracked", ()

    yield from conv("conv1" if princeton else "convnormrelu.0", first, 3, 7)
    yield from norm("norm1" if princeton else "convnormrelu.1", first)
    cin = first
    for group, cout in enumerate(widths, start=1):
        for block in range(2):
            here, inner = f"layer{group}.{block}", cout // 4
            sizes = [(inner, cin, 1), (inner, inner, 3), (cout, inner, 1)] if bottleneck else [(cout, cin, 3), (cout, cout, 3)]
            for n, (a, b, k) in enumerate(sizes, start=1):
                yield from conv(f"{here}.conv{n}" if princeton else f"{here}.convnormrelu{n}.0", a, b, k)
                yield from norm(f"{here}.norm{n}" if princeton else f"{here}.convnormrelu{n}.1", a)
            if group > 1 and block == 0:
                if princeton and not bottleneck:
                    yield from norm(f"{here}.norm3", cout)
                yield from conv(f"{here}.downsample.0", cout, cin, 1)
                yield from norm(f"{here}.downsample.1", cout)
            cin = cout
    yield from conv("conv2" if princeton else "conv", out, cin, 1)


def update_names(princeton, small):
    """(name, shape) of every tensor of the published nets' update block and mask predictor."""
    hidden, head = (96, 128) if small else (128, 256)
    if small:
        convs = {"c1": (96, 196, 1, 1), "f1": (64, 2, 7, 7), "f2": (32, 64, 3, 3), "": (80, 128, 3, 3)}
        grus = {"" if princeton else "1": (96, 242, 3, 3)}
    else:
        convs = {"c1": (256, 324, 1, 1), "c2": (192, 256, 3, 3), "f1": (128, 2, 7, 7), "f2": (64, 128, 3, 3)}
        convs[""] = (126, 256, 3, 3)
        grus = {"1": (128, 384, 1, 5), "2": (128, 384, 5, 1)}
    shapes = {}
    for name, shape in convs.items():
        long = name.replace("c", "corr").replace("f", "flow")
        spelt = f"update_block.encoder.conv{name}" if princeton else f"update_block.motion_encoder.conv{long}.0"
        shapes[spelt] = shape
    for gru, shape in grus.items():
        for gate in "zrq":
            spelt = f"gru.conv{gate}{gru}" if princeton else f"recurrent_block.convgru{gru}.conv{gate}"
            shapes[f"update_block.{spelt}"] = shape
    shapes["update_block.flow_head.conv1"] = (head, hidden, 3, 3)
    shapes["update_block.flow_head.conv2"] = (2, head, 3, 3)
    if not small:
        shapes["update_block.mask.0" if princeton else "mask_predictor.convrelu.0"] = (256, 128, 3, 3)
        shapes["update_block.mask.2" if princeton else "mask_predictor.conv"] = (576, 256, 1, 1)
    for name, shape in shapes.items():
        yield f"{name}.weight", shape
        yield f"{name}.bias", shape[:1]


def published_names(princeton, small):
    widths, out = ((32, 64, 96), (128, 160)) if small else ((64, 96, 128), (256, 256))
    fnet, cnet = ("fnet", "cnet") if princeton else ("feature_encoder", "context_encoder")
    for name, shape in encoder_names(princeton, small, False, widths, out[0]):
        yield f"{fnet}.{name}", shape
    for name, shape in encoder_names(princeton, small, not small, widths, out[1]):
        yield f"{cnet}.{name}", shape
    yield from update_names(princeton, small)


@pytest.mark.parametrize("princeton", [True, False], ids=["princeton-vl", "torchvision"])
@pytest.mark.parametrize("make, small", [(raft.raft_large, False), (raft.raft_small, True)])
def test_every_published_weight_finds_its_one_place(make, small, princeton):
    # The authors' files say "module." first.
    front = "module." if princeton else ""
    state = {front + name: torch.randn(shape) for name, shape in published_names(princeton, small)}
    net = load_official(make(), state)  # refuses what is missing, left over or of another shape
    fnet = "fnet.layer3.0.conv2" if princeton else "feature_encoder.layer3.0.convnormrelu2.0"
    assert torch.equal(net.features.blocks[4].body[1][0].bias, state[f"{front}{fnet}.bias"])
    gru = ("gru.convr" if small else "gru.convr1") if princeton else "recurrent_block.convgru1.convr"
    assert torch.equal(net.update.grus[0].r.weight, state[f"{front}update_block.{gru}.weight"])


def test_a_file_of_another_raft_is_refused():
    state = {name: torch.zeros(shape) for name, shape in published_names(True, True)}
    with pytest.raises(ValueError, match="missing"):
        load_official(raft.raft_large(), state)


@pytest.mark.parametrize("name", ["raft_large", "raft_small"])
def test_torchvision_computes_the_same_flow_from_the_same_weights(name, torchvision, city_pair):
    torch.manual_seed(0)
    theirs, ours = getattr(torchvision.models.optical_flow, name)().eval(), getattr(raft, name)().eval()
    for module in theirs.modules():
        if isinstance(module, torch.nn.BatchNorm2d):  # fresh statistics would hide a wrong place
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    load_official(ours, theirs.state_dict())
    I0, I1 = (torch.nn.functional.interpolate(frame, size=(128, 136)) for frame in city_pair)
    with torch.no_grad():
        expected = theirs(2 * I0 - 1, 2 * I1 - 1, num_flow_updates=3)
        found = ours.predictions(I0, I1, updates=3)
    for a, b in zip(expected, found, strict=True):
        torch.testing.assert_close(b, a, rtol=0, atol=1e-4)  # pixels; float32 through some 40 layers
