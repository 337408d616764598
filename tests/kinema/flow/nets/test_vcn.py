"""VCN: its volume, its 4D convolutions and its votes against loops, its size, its weights, its learning."""

import importlib
import itertools
import math

import pytest

torch = pytest.importorskip("torch")

from kinema.flow.nets.checkpoints import load_official

vcn = importlib.import_module("kinema.flow.nets.vcn")  # the package's own vcn is the preset

ROUNDING = 1e-11  # float64, up to some hundred operations on numbers near 1


def random(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def conv4d_by_loops(x, weight, bias=None):
    """4D convolution of (B, C, U, V, H, W) with (O, C, a, b, c, d), zeros outside: the definition."""
    size = x.shape[2:]
    kernel = weight.shape[2:]
    pads = [p for k in reversed(kernel) for p in (k // 2, k // 2)]
    padded = torch.nn.functional.pad(x, pads)
    result = torch.zeros(x.shape[0], weight.shape[0], *size, dtype=x.dtype)
    for shift in itertools.product(*(range(k) for k in kernel)):
        window = padded[(..., *(slice(s, s + n) for s, n in zip(shift, size, strict=True)))]
        result += torch.einsum("bcuvhw,oc->bouvhw", window, weight[(..., *shift)])
    return result if bias is None else result + bias.reshape(-1, 1, 1, 1, 1)


def votes_by_loops(scores, truncation):
    """(u, v), local and whole entropy of one pixel's scores (D, D), its first axis horizontal."""
    D = scores.shape[0]
    best = max(itertools.product(range(D), range(D)), key=lambda ij: float(scores[ij]))
    near = [ij for ij in itertools.product(range(D), range(D)) if all(abs(a - b) <= truncation for a, b in zip(ij, best))]

    def softmax(places):
        shares = {ij: math.exp(float(scores[ij] - scores[best])) for ij in places}
        return {ij: share / sum(shares.values()) for ij, share in shares.items()}

    local, whole = softmax(near), softmax(itertools.product(range(D), range(D)))
    u, v = (sum(p * (ij[axis] - D // 2) for ij, p in local.items()) for axis in (0, 1))
    entropies = [-sum(p * math.log(p) for p in density.values()) for density in (local, whole)]
    return u, v, entropies[0] / math.log((2 * truncation + 1) ** 2), entropies[1] / math.log(D * D)


def test_the_volume_keeps_channels_and_has_the_horizontal_displacement_first():
    H, W, radius = 4, 5, 2
    f0, f1 = random(2, 3, H, W), random(2, 3, H, W, seed=1)
    volume = vcn.cost_volume(f0, f1, radius)
    assert volume.shape == (2, 3, 5, 5, H, W)
    for i, j, y, x in itertools.product(range(5), range(5), range(H), range(W)):
        k, m = y + j - radius, x + i - radius
        inside = 0 <= k < H and 0 <= m < W
        expected = f0[:, :, y, x] * f1[:, :, k, m] if inside else torch.zeros(2, 3, dtype=f0.dtype)
        assert torch.equal(volume[:, :, i, j, y, x], expected)


def test_both_halves_of_a_separable_convolution_are_4d_convolutions_with_flat_kernels():
    torch.manual_seed(0)
    net = vcn.SeparableConv4d(2, norm=False).double()
    x = random(1, 2, 3, 5, 4, 6)
    over_displacement, over_space = net.displacement.layers[0], net.space.layers[0]
    middle = conv4d_by_loops(x, over_displacement.weight[..., 0][..., None, None], over_displacement.bias).relu()
    expected = conv4d_by_loops(middle, over_space.weight[:, :, 0][:, :, None, None], over_space.bias)
    torch.testing.assert_close(net(x), expected, rtol=ROUNDING, atol=ROUNDING)


def test_where_its_relu_is_idle_it_is_one_full_4d_convolution():
    torch.manual_seed(0)
    net = vcn.SeparableConv4d(2, norm=False).double()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.abs_()  # nothing is ever negative, so the ReLU between does nothing
        net.displacement.layers[0].bias.zero_()
    x = random(1, 2, 4, 3, 5, 4).abs()
    first, second = net.displacement.layers[0].weight[..., 0], net.space.layers[0].weight[:, :, 0]
    full = torch.einsum("omcd,miab->oiabcd", second, first)  # 81 weights a channel pair from 9 + 9
    expected = conv4d_by_loops(x, full, net.space.layers[0].bias)
    torch.testing.assert_close(net(x), expected, rtol=ROUNDING, atol=ROUNDING)


@pytest.mark.parametrize("stride, size", [((2, 1), (3, 3, 6, 7)), ((2, 2), (3, 3, 3, 4)), ((1, 1), (5, 5, 6, 7))])
def test_a_strided_block_shrinks_the_axes_it_says(stride, size):
    with torch.no_grad():
        assert vcn.VolumeBlock(2, stride).eval()(torch.rand(1, 2, 5, 5, 6, 7)).shape == (1, 2, *size)


def test_resizing_a_volume_keeps_what_is_linear_in_all_four_axes():
    # Away from the border, where samples would have to be guessed, bilinear interpolation reproduces a plane.
    def plane(*size):
        axes = [(torch.arange(n, dtype=torch.float64) + 0.5) / n for n in size]
        u, v, y, x = torch.meshgrid(*axes, indexing="ij")
        return (u - 2 * v + 3 * y + 0.5 * x)[None, None]

    fine = vcn.resize_volume(plane(4, 6, 5, 3), plane(8, 12, 10, 6))
    inner = (..., *(slice(1, -1),) * 4)
    torch.testing.assert_close(fine[inner], plane(8, 12, 10, 6)[inner], rtol=ROUNDING, atol=ROUNDING)


def test_votes_are_the_mean_in_a_window_around_the_best_displacement():
    scores = 2 * random(1, 2, 7, 7, 3, 4)
    flow, entropy = vcn.truncated_soft_argmin(scores, truncation=2)
    assert flow.shape == entropy.shape == (1, 2, 2, 3, 4)
    for k, y, x in itertools.product(range(2), range(3), range(4)):
        u, v, local, whole = votes_by_loops(scores[0, k, :, :, y, x], 2)
        found = [*flow[0, k, :, y, x].tolist(), *entropy[0, k, :, y, x].tolist()]
        assert found == pytest.approx([u, v, local, whole], rel=1e-10, abs=1e-10)


def test_a_second_peak_far_away_does_not_pull_the_vote():
    scores = torch.full((1, 1, 9, 9, 1, 1), -20.0, dtype=torch.float64)
    scores[0, 0, 1, 7], scores[0, 0, 8, 0] = 5.0, 4.9  # (u, v) = (-3, 3), and nearly as good (4, -4)
    flow, entropy = vcn.truncated_soft_argmin(scores)
    assert flow.flatten().tolist() == pytest.approx([-3, 3], abs=1e-6)  # others weigh exp(-25)
    local, whole = entropy.flatten().tolist()
    assert local < 1e-6 and whole == pytest.approx(math.log(2) / math.log(81), rel=0.01)


def test_evenly_spread_scores_have_entropy_one():
    _, entropy = vcn.truncated_soft_argmin(torch.zeros(1, 1, 7, 7, 1, 1, dtype=torch.float64), truncation=3)
    # The best of equals is the first, in a corner: its window holds 16 of the 49 places.
    assert entropy.flatten().tolist() == pytest.approx([math.log(16) / math.log(49), 1], rel=1e-6)


def test_the_vote_of_a_known_shift_is_that_shift():
    f0 = vcn.unit(random(1, 64, 12, 13))
    volume = vcn.cost_volume(f0, torch.roll(f0, shifts=(-1, 2), dims=(2, 3)))  # moved by (2, -1)
    flow, _ = vcn.truncated_soft_argmin(100 * volume.sum(dim=1, keepdim=True))
    inner = flow[0, 0, :, 4:8, 4:8]
    expected = torch.tensor([2.0, -1.0], dtype=torch.float64).reshape(2, 1, 1).expand(2, 4, 4)
    torch.testing.assert_close(inner, expected, rtol=0, atol=1e-6)


def test_fusion_never_leaves_the_range_of_the_votes():
    torch.manual_seed(0)
    fusion = vcn.Fusion(3, 5).double().eval()
    votes = random(1, 5, 2, 4, 6)
    flow = fusion(votes, random(1, 5, 2, 4, 6, seed=1), random(1, 3, 4, 6, seed=2))
    assert (votes.amin(dim=1) <= flow).all() and (flow <= votes.amax(dim=1)).all()


@pytest.mark.parametrize("make, levels", [(vcn.vcn, 5), (vcn.vcn_small, 4)])
def test_flow_comes_at_the_size_of_the_frames_and_predictions_coarse_to_fine(make, levels, city_pair):
    torch.manual_seed(0)
    net = make().eval()
    I0, I1 = (frame[..., :70, :61] for frame in city_pair)
    with torch.no_grad():
        flow, predictions = net(I0, I1), net.predictions(*torch.rand(2, 1, 3, 64, 128))
    assert flow.shape == (1, 2, 70, 61) and torch.isfinite(flow).all()
    assert [p.shape for p in predictions] == [(1, 2, 2**n, 2 ** (n + 1)) for n in range(levels)]


@pytest.mark.parametrize("make, parameters", [(vcn.vcn, 6_227_224), (vcn.vcn_small, 5_192_432)])
def test_parameters_are_the_published_number(make, parameters):
    with torch.device("meta"):
        assert sum(p.numel() for p in make().parameters()) == parameters


@pytest.mark.parametrize("make", [vcn.vcn, vcn.vcn_small])
def test_a_net_learns_two_pairs_by_heart(make, moved_pair):
    torch.manual_seed(0)
    net = make()
    first, second = moved_pair(64, 128, 3, -2), moved_pair(64, 128, -5, 1, seed=1)
    I0, I1, truth = (torch.cat(parts) for parts in zip(first, second, strict=True))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    losses = []
    for _ in range(18):
        # Each level's error in its own pixels: one wrong vote at 1/64 is 64 pixels of the frame.
        loss = sum((p - truth[..., :1, :1]).abs().mean() * p.shape[-1] / 32 for p in net.predictions(I0, I1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    # Votes jump from peak to peak, so the loss is rough: compare with the mean of the last three.
    assert sum(losses[-3:]) / 3 < losses[0] / 2, losses


# The authors' state dict, name by name.


def bn(name, c):
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.{part}", (c,)
    yield f"{name}.num_batches_tracked", ()


def unit(name, cin, cout, kernel=3):
    yield f"{name}.0.weight", (cout, cin, kernel, kernel)
    yield from bn(f"{name}.1", cout)


def separable(name, c, kernel=3):
    for part, shape in (("conv1", (1, kernel, kernel)), ("conv2", (kernel, kernel, 1))):
        yield f"{name}.{part}.0.weight", (c, c, *shape)
        yield from bn(f"{name}.{part}.1", c)


def published_names(small):
    net = "pspnet"
    for n, (cin, cout) in enumerate(((3, 16), (16, 16), (16, 32)), start=1):
        yield from unit(f"{net}.convbnrelu1_{n}.cbr_unit", cin, cout)
    for n, cin, cout in ((3, 32, 64), (5, 64, 128), (6, 128, 128), (7, 128, 128)):
        block = f"{net}.res_block{n}.0"
        yield from unit(f"{block}.convbnrelu1.cbr_unit", cin, cout)
        yield from unit(f"{block}.convbn2.cb_unit", cout, cout)
        yield from unit(f"{block}.downsample", cin, cout, 1)
    for n in range(3):
        yield from unit(f"{net}.pyramid_pooling.path_module_list.{n}.cbr_unit", 128, 128, 1)
    ups = [(6, 128, 64, 192, 128), (5, 128, 64, 192, 128), (4, 128, 64, 128, 64), (3, 64, 32, 64, 64)]
    for n, cin, up, joined, cout in ups[: 3 if small else 4]:
        yield from unit(f"{net}.upconv{n}.1.cbr_unit", cin, up)
        yield from unit(f"{net}.iconv{n - 1}.cbr_unit", joined, cout)
    levels = [(6, 128, 16, 16), (5, 128, 16, 32), (4, 128, 16, 48), (3, 64, 16, 64), (2, 64, 12, 76)]
    for level, features, c, votes in levels[: 4 if small else 5]:
        yield f"f{level}.proj.0.conv1.weight", (c, features, 1, 1, 1)
        yield from bn(f"f{level}.proj.0.bn", c)
        for block in ("conva1", "conva2", "convb3", "convb2", "convb1"):
            name = f"f{level}.{block}"
            if block.startswith("conva"):
                if level == 2:
                    yield from separable(f"{name}.downsample", c, 1)
                else:
                    yield f"{name}.downsample.conv1.weight", (c, c, 1, 1, 1)
                    yield from bn(f"{name}.downsample.bn", c)
            yield from separable(f"{name}.conv1", c)
            yield from separable(f"{name}.conv2", c)
        for part, shape in (("conv1", (1, 3, 3)), ("conv2", (3, 3, 1))):
            yield f"p{level}.{part}.weight", (c, c, *shape)
            yield f"p{level}.{part}.bias", (c,)
        widths = (features + 4 * votes, 128, 128, 128, 96, 64, 32)
        for n, (cin, cout) in enumerate(itertools.pairwise(widths), start=1):
            yield f"dc{level}_conv{n}.0.weight", (cout, cin, 3, 3)
            yield f"dc{level}_conv{n}.0.bias", (cout,)
            yield from bn(f"dc{level}_conv{n}.1", cout)
        yield f"dc{level}_conv7.weight", (2 * votes, 32, 3, 3)
        yield f"dc{level}_conv7.bias", (2 * votes,)


@pytest.mark.parametrize("small", [False, True])
def test_every_published_weight_finds_its_one_place(small):
    state = {f"module.{name}": torch.randn(shape) for name, shape in published_names(small)}
    weights = len(state)
    # Sampling grids and the heads for training come along and are left out.
    state |= {"module.warp5.grid": torch.zeros(1), "module.flow_reg64.flowx": torch.zeros(1)}
    state |= {"module.dc6_convo.0.0.weight": torch.zeros(1)}
    net = load_official(vcn.vcn_small() if small else vcn.vcn(), state)  # refuses what is missing or left over
    assert weights == len(net.state_dict())
    down = net.filters[1].down1
    assert torch.equal(down.second.space.layers[0].weight, state["module.f5.conva1.conv2.conv1.0.weight"])
    assert torch.equal(down.shortcut.layers[0].weight, state["module.f5.conva1.downsample.conv1.weight"])
    # They were trained on blue, green, red; frames here are red, green, blue.
    theirs = state["module.pspnet.convbnrelu1_1.cbr_unit.0.weight"]
    assert torch.equal(net.features.stem[0][0].weight[:, 0], theirs[:, 2])
