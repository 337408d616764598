"""SlowFast: which frames it reads, what its layers are, what reaches what."""

import pytest

torch = pytest.importorskip("torch")

import numpy as np
from kinema.cost import count_macs, count_parameters
from kinema.recognition import slowfast
from kinema.recognition.checkpoints import load_official
from kinema.recognition.slowfast import Lateral, SlowFast, pathway_frames


def test_the_frames_of_the_lectures_example():
    slow, fast = pathway_frames(0, 4, 16, 8)
    assert slow == [0, 16, 32, 48]
    assert fast == list(range(0, 64, 2)) and set(slow) <= set(fast)


def test_frames_start_where_they_are_told_and_alpha_must_divide_the_stride():
    assert pathway_frames(7, 2, 6, 3) == ([7, 13], [7, 9, 11, 13, 15, 17])
    with pytest.raises(ValueError, match="divide tau"):
        pathway_frames(0, 4, 16, 6)
    with pytest.raises(ValueError, match="count"):
        pathway_frames(0, 0, 16, 8)


def test_channels_round_up_to_even_numbers_only_where_they_must():
    assert [slowfast.thin(n, 1 / 8) for n in (64, 128, 2048)] == [8, 16, 256]
    assert [slowfast.thin(n, 1 / 6) for n in (64, 128, 256)] == [12, 22, 44]
    assert [slowfast.thin(64, beta) for beta in (1, 1 / 32)] == [64, 2]


# Millions of parameters and 10^9 multiply-adds that facebookresearch/SlowFast's own code gives.
BUILT = {
    "slow 4x16": (slowfast.slow_only, {}, [(3, 4)], 224, 32.4541, 20.8708),
    "slow 8x8": (slowfast.slow_only, {}, [(3, 8)], 256, 32.4541, 54.5208),
    "fast 32x2": (slowfast.fast_only, {}, [(3, 32)], 224, 0.6170, 5.2826),
    "4x16": (slowfast.slowfast_r50_4x16, {}, [(3, 32)], 224, 34.4802, 27.6387),
    "4x16 at 256": (slowfast.slowfast_r50_4x16, {}, [(3, 32)], 256, 34.4802, 36.1020),
    "8x8, lateral 7": (slowfast.slowfast_r50_8x8, {}, [(3, 32)], 224, 34.5665, 50.3086),
    "8x8, lateral 5": (slowfast.slowfast_r50_8x8, {"lateral_kernel": 5}, [(3, 32)], 256, 34.4802, 65.3006),
    "16x8": (slowfast.slowfast_r50_8x8, {}, [(3, 64)], 256, 34.5665, 131.4196),
    "101 50 50": (slowfast.slowfast_r101, {}, [(3, 32)], 256, 53.7748, 106.5138),
    "101 101 101": (slowfast.slowfast_r101, {"deep_from": 23}, [(3, 32)], 256, 62.8270, 125.9083),
    "101 16x8": (slowfast.slowfast_r101, {}, [(3, 64)], 256, 53.7748, 213.0240),
    "101 with attention": (slowfast.slowfast_r101_nl, {}, [(3, 32)], 256, 60.0801, 115.3722),
    "101 with attention on (1, 2, 2)": (
        slowfast.slowfast_r101_nl, {"attention_pool": (1, 2, 2)}, [(3, 64)], 224, 60.0801, 182.9787
    ),
    "50 with attention": (slowfast.slowfast_r50_8x8_nl, {}, [(3, 32)], 224, 41.8387, 65.2217),
    "50 with attention on (1, 2, 2)": (
        slowfast.slowfast_r50_8x8_nl, {"attention_pool": (1, 2, 2)}, [(3, 32)], 256, 41.8387, 99.1235
    ),
    "slow 16 frames 101": (slowfast.slow_only_r101, {}, [(3, 16)], 256, 51.4462, 186.6163),
    "slow 16 frames 101, all deep": (slowfast.slow_only_r101, {"deep_from": 23}, [(3, 16)], 224, 60.3591, 170.8272),
    "gray": (slowfast.slowfast_r50_4x16, {"fast_channels": 1}, [(3, 4), (1, 32)], 224, None, 26.0651),
    "flow": (slowfast.slowfast_r50_4x16, {"fast_channels": 2}, [(3, 4), (2, 32)], 224, None, 26.8519),
    "beta 1/4": (slowfast.slowfast_r50_4x16, {"beta": 1 / 4}, [(3, 32)], 224, None, 41.038),
    "beta 1/4, lateral 7": (slowfast.slowfast_r50_4x16, {"beta": 1 / 4, "lateral_kernel": 7}, [(3, 32)], 224, None, 41.667),
    "beta 1/16": (slowfast.slowfast_r50_4x16, {"beta": 1 / 16}, [(3, 32)], 224, None, 23.4258),
    "beta 1/32": (slowfast.slowfast_r50_4x16, {"beta": 1 / 32}, [(3, 32)], 224, None, 21.9411),
    "fast as slow": (slowfast.fast_only_as_slow, None, [(3, 32)], 224, None, 4.9100),
}  # fmt: skip


@pytest.mark.parametrize("name", BUILT)
def test_parameters_and_cost_are_those_of_the_authors_own_code(name):
    build, options, inputs, side, millions, gmacs = BUILT[name]
    cost = count_macs(lambda: build(**options or {}), *[(1, c, t, side, side) for c, t in inputs])
    assert cost.macs / 1e9 == pytest.approx(gmacs, abs=6e-4)
    if millions:
        assert cost.parameters / 1e6 == pytest.approx(millions, abs=6e-5)


def test_the_table_of_layers():
    with torch.device("meta"):
        net = slowfast.slowfast_r50_4x16().eval()
        slow, fast = net.inputs(torch.empty(1, 3, 32, 224, 224))
        assert (tuple(slow.shape[2:]), tuple(fast.shape[2:])) == ((4, 224, 224), (32, 224, 224))
        x, y = net.slow.stem(slow), net.fast.stem(fast)
        sizes = []
        for lateral, slow_stage, fast_stage in zip(net.laterals, net.slow.stages, net.fast.stages, strict=True):
            joined = torch.cat((x, lateral(y)), dim=1)
            sizes.append(joined.shape[1])
            x, y = slow_stage(joined), fast_stage(y)
            assert (x.shape[2], y.shape[2]) == (4, 32)
        assert sizes == [80, 320, 640, 1280]
    assert net.slow.channels_out == [64, 256, 512, 1024, 2048]
    assert net.fast.channels_out == [8, 32, 64, 128, 256]
    assert net.head.classifier.in_features == 2304
    assert (tuple(x.shape[1:]), tuple(y.shape[1:])) == ((2048, 4, 7, 7), (256, 32, 7, 7))


def small(**options):
    """A narrow net of few blocks with settled statistics."""
    torch.manual_seed(0)
    net = SlowFast((1, 1, 1, 1), 3, width=16, beta=1 / 4, **{"alpha": 4, **options})
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm3d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
    return net.eval()


@pytest.mark.parametrize("kind, channels", [("conv", 12), ("sample", 6), ("channels", 24), ("none", 0)])
def test_a_lateral_connection_has_the_slow_pathways_frames(kind, channels):
    lateral = Lateral(6, 4, kind=kind)
    assert lateral.channels == channels
    assert lateral(torch.rand(2, 6, 12, 5, 7)).shape == (2, channels, 3, 5, 7)
    assert small(lateral=kind)(torch.rand(2, 3, 8, 32, 32)).shape == (2, 3)


def test_time_as_channels_keeps_each_slow_frames_own_fast_frames():
    x = torch.arange(12.0).reshape(1, 1, 12, 1, 1) + torch.tensor([0.0, 100]).reshape(1, 2, 1, 1, 1)
    told = Lateral(2, 4, kind="channels")(x)[0, :, :, 0, 0]
    assert told[:, 1].tolist() == [4, 5, 6, 7, 104, 105, 106, 107]


def test_a_lateral_convolution_sees_two_frames_to_each_side_of_its_own():
    lateral = Lateral(3, 4, kernel=5).eval()
    x = torch.rand(1, 3, 16, 2, 2, requires_grad=True)
    for i in range(4):
        grad = torch.autograd.grad(lateral.step[0](x)[:, :, i].sum(), x)[0].abs().sum(dim=(0, 1, 3, 4))
        seen = np.flatnonzero(grad.numpy()).tolist()
        assert seen == [t for t in range(4 * i - 2, 4 * i + 3) if 0 <= t < 16]


def test_fast_tells_slow_and_slow_tells_nothing():
    net = small()
    clip = torch.rand(1, 3, 8, 32, 32)
    slow, fast = net.inputs(clip)
    with torch.no_grad():
        x, y = net.maps(slow, fast)
        other_slow = net.maps(torch.rand_like(slow), fast)
        other_fast = net.maps(slow, torch.rand_like(fast))
        deaf = small(lateral="none")
        alone, still_alone = deaf.maps(slow, fast)[0], deaf.maps(slow, torch.rand_like(fast))[0]
    assert torch.equal(other_slow[1], y) and not torch.allclose(other_slow[0], x)
    assert not torch.allclose(other_fast[0], x)
    assert torch.equal(alone, still_alone)


def test_one_clip_is_read_at_two_rates():
    net = small()
    clip = torch.rand(1, 3, 8, 32, 32)
    with torch.no_grad():
        assert torch.equal(net(clip), net(clip[:, :, ::4], clip))


def test_a_smaller_fast_input_is_joined_at_the_slow_ones_size():
    net = small()
    clip = torch.rand(2, 3, 8, 64, 64)
    slow, fast = net.inputs(clip)
    with torch.no_grad():
        small_fast = torch.nn.functional.avg_pool3d(fast, (1, 2, 2))
        assert net(slow, small_fast).shape == (2, 3)


def test_inputs_that_do_not_fit_are_refused():
    net = small()
    with pytest.raises(ValueError, match="reads 4 frames for each slow one, got 6 and 2"):
        net(torch.rand(1, 3, 6, 32, 32))
    with pytest.raises(ValueError, match=r"\(B, 3, T, H, W\)"):
        net(torch.rand(1, 8, 3, 32, 32))
    with pytest.raises(ValueError, match="kind"):
        small(lateral="sum")


def test_larger_maps_are_read_in_windows_whose_scores_are_averaged():
    head = slowfast.Head(4, 2, window=3).eval()
    x = torch.rand(1, 4, 2, 4, 3)
    windows = [x[..., :3, :].mean(dim=(2, 3, 4)), x[..., 1:, :].mean(dim=(2, 3, 4))]
    expected = torch.stack([head.classifier(w) for w in windows]).mean(dim=0)
    assert torch.allclose(head(x), expected, atol=1e-6)


# ---- released weights ----


def official(net_blocks, attention=(), pathways=2, width=64, beta_inverse=8, alpha_kernel=5, classes=400):
    """Names and shapes of a file of facebookresearch/SlowFast, each tensor filled with a number of its own."""
    state = {}

    def norm(name, c):
        for kind in ("weight", "bias", "running_mean", "running_var"):
            state[f"{name}.{kind}"] = (c,)
        state[f"{name}.num_batches_tracked"] = ()

    thin = [1, beta_inverse]
    deep = [(0, 0, 1, 1), (1, 1, 1, 1)]
    cin = [width, width // beta_inverse]
    for p in range(pathways):
        c = width // thin[p]
        state[f"s1.pathway{p}_stem.conv.weight"] = (c, 3, (1, 5)[p], 7, 7)
        norm(f"s1.pathway{p}_stem.bn", c)
    for s, count in enumerate(net_blocks):
        if pathways == 2:
            c = cin[1]
            state[f"s{s + 1}_fuse.conv_f2s.weight"] = (2 * c, c, alpha_kernel, 1, 1)
            norm(f"s{s + 1}_fuse.bn", 2 * c)
            cin[0] += 2 * c
        for p in range(pathways):
            inner = width * 2**s // thin[p]
            for b in range(count):
                at = f"s{s + 2}.pathway{p}_res{b}"
                if b == 0:
                    state[f"{at}.branch1.weight"] = (4 * inner, cin[p], 1, 1, 1)
                    norm(f"{at}.branch1_bn", 4 * inner)
                depth = 3 if deep[p][s] else 1
                for letter, shape in (
                    ("a", (inner, cin[p], depth, 1, 1)), ("b", (inner, inner, 1, 3, 3)), ("c", (4 * inner, inner, 1, 1, 1)),
                ):  # fmt: skip
                    state[f"{at}.branch2.{letter}.weight"] = shape
                    norm(f"{at}.branch2.{letter}_bn", shape[0])
                cin[p] = 4 * inner
                if p == 0 and (s, b) in attention:
                    name, c = f"s{s + 2}.pathway0_nonlocal{b}", 4 * inner
                    for layer, shape in (("theta", (c // 2, c)), ("phi", (c // 2, c)), ("g", (c // 2, c)), ("out", (c, c // 2))):
                        state[f"{name}.conv_{layer}.weight"] = (*shape, 1, 1, 1)
                        state[f"{name}.conv_{layer}.bias"] = shape[:1]
                    norm(f"{name}.bn", c)
    state["head.projection.weight"], state["head.projection.bias"] = (classes, sum(cin[:pathways])), (classes,)
    return {name: torch.full(shape, float(k % 997)) for k, (name, shape) in enumerate(state.items())}


def test_released_weights_find_their_places():
    state = official((3, 4, 6, 3))
    net = load_official(slowfast.slowfast_r50_4x16(), {"model_state": state, "epoch": 196})
    assert sum(v.numel() for k, v in state.items() if not k.endswith(("running_mean", "running_var", "tracked"))) == count_parameters(net)
    places = {
        "s1.pathway1_stem.conv.weight": net.fast.stem[0][0].weight,
        "s3_fuse.conv_f2s.weight": net.laterals[2].step[0].weight,
        "s3_fuse.bn.running_var": net.laterals[2].step[1].running_var,
        "s4.pathway0_res5.branch2.b_bn.bias": net.slow.stages[2][5].residual[1][1].bias,
        "s5.pathway1_res0.branch1.weight": net.fast.stages[3][0].shortcut[0].weight,
        "s5.pathway1_res2.branch2.c.weight": net.fast.stages[3][2].residual[2][0].weight,
        "head.projection.bias": net.head.classifier.bias,
    }
    for name, place in places.items():
        assert torch.equal(place, state[name]), name


def test_released_weights_with_attention_and_of_one_pathway():
    state = official((3, 4, 6, 3), slowfast.NL_R50)
    net = load_official(slowfast.slowfast_r50_8x8_nl(), state)
    # After block 1 of res3 stands a non-local block, so block 2 is the fourth in its row.
    assert torch.equal(net.slow.stages[1][2].g.weight, state["s3.pathway0_nonlocal1.conv_g.weight"])
    assert torch.equal(net.slow.stages[1][3].residual[0][0].weight, state["s3.pathway0_res2.branch2.a.weight"])
    assert torch.equal(net.slow.stages[2][8].norm.running_mean, state["s4.pathway0_nonlocal5.bn.running_mean"])
    alone = official((3, 4, 6, 3), pathways=1)
    net = load_official(slowfast.slow_only(), alone)
    assert torch.equal(net.pathway.stages[2][5].residual[2][1].weight, alone["s4.pathway0_res5.branch2.c_bn.weight"])
    with pytest.raises(ValueError, match="missing"):
        load_official(slowfast.slowfast_r50_4x16(), alone)
