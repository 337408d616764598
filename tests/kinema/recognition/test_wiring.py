"""What is joined to what, and how: each branch, gate and constant by a case whose answer is known."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import torch.nn.functional as F
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook

from kinema.cost.layers import receptive_field
from kinema.data import texture
from kinema.recognition import bottleneck3d, fusion, inception3d, st_resnet, to_clip
from kinema.recognition.artnet import Smart
from kinema.recognition.channel_correlation import ChannelCorrelation
from kinema.recognition.compressed import CoViAR
from kinema.recognition.feature_bank import BankAttention, TwiceTheNet
from kinema.recognition.layers import over_frames
from kinema.recognition.non_local import NonLocal
from kinema.recognition.preferred_stimulus import preferred_stimulus
from kinema.recognition.region_graph import GraphConvolution
from kinema.recognition.relations import Relations
from kinema.recognition.segments import segment_starts
from kinema.recognition.training import fit
from kinema.recognition.trajectories import dense_trajectories
from kinema.recognition.trajectories.descriptors import motion_maps
from kinema.recognition.two_stream import TwoStream
from kinema.recognition.film_clips import ClipSampler


def sibling(name):
    """A test module beside this one."""
    spec = importlib.util.spec_from_file_location(f"recognition_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


systems = sibling("test_systems")


@pytest.fixture(autouse=True)
def fixed_seed():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


def linear(channels, classes=3):
    """The smallest network: scores of 2 x 2 pixels."""
    return nn.Sequential(nn.Flatten(), nn.Linear(4 * channels, classes))


# Streams


def test_coviar_adds_the_scores_of_all_three_streams():
    nets, inputs = [linear(c) for c in (3, 2, 3)], [torch.randn(4, c, 2, 2) for c in (3, 2, 3)]
    total = sum(net(x) for net, x in zip(nets, inputs, strict=True))
    assert torch.allclose(CoViAR(*nets)(*inputs), total, atol=1e-6)


@pytest.mark.parametrize("weight", [0.0, 0.25, 0.5, 1.0])
def test_a_two_stream_net_weighs_the_probabilities_or_the_scores_of_both_streams(weight):
    nets, inputs = [linear(c) for c in (3, 8)], [torch.randn(4, c, 2, 2) for c in (3, 8)]
    a, b = (net(x) for net, x in zip(nets, inputs, strict=True))
    joint = torch.softmax(TwoStream(*nets, weight=weight)(*inputs), dim=1)
    assert torch.allclose(joint, (1 - weight) * torch.softmax(a, dim=1) + weight * torch.softmax(b, dim=1), atol=1e-6)
    scores = TwoStream(*nets, weight=weight, average="logits")(*inputs)
    assert torch.allclose(scores, (1 - weight) * a + weight * b, atol=1e-6)


class Means(nn.Module):
    """A clip net whose features are scaled means of the clip's channels."""

    def __init__(self, scale):
        super().__init__()
        self.scale = scale

    def features(self, clip):
        return self.scale * clip.mean(dim=(2, 3, 4))


def test_twice_the_net_reads_both_of_its_nets_features_side_by_side():
    net, clip = TwiceTheNet(Means(1.0), Means(-2.0), 4, 3), torch.randn(2, 3, 2, 4, 4)
    means = clip.mean(dim=(2, 3, 4))
    assert torch.allclose(net(clip), net.classifier(torch.cat([means, -2 * means], dim=1)), atol=1e-6)


def conv_fusion():
    net = fusion.conv_fusion_vgg16(3, frames=2, width=4, size=32).eval()
    return net, torch.rand(2, 3, 4, 32, 32), torch.randn(2, 4, 4, 32, 32)


def test_convolutional_fusion_averages_the_fused_and_the_motion_stream():
    net, frames, stacks = conv_fusion()
    fused, motion = (torch.softmax(y, dim=1) for y in net.streams(frames, stacks))
    assert not torch.allclose(fused, motion, atol=1e-3)
    assert torch.allclose(torch.softmax(net(frames, stacks), dim=1), (fused + motion) / 2, atol=1e-6)


def test_convolutional_fusion_keeps_the_largest_value_over_space_and_time():
    net, frames, stacks = conv_fusion()
    fused, motion = (y.amax(dim=(2, 3, 4))[..., None, None] for y in net.fused(frames, stacks))  # maps of 2 x 2 pixels
    by_fused, by_motion = net.streams(frames, stacks)
    assert torch.allclose(by_fused, net.spatial.head(fused), atol=1e-6)
    assert torch.allclose(by_motion, net.temporal.head(motion), atol=1e-6)


def test_motion_joins_the_residual_of_the_second_unit_of_every_stage():
    net = st_resnet.st_resnet50(2, frames=1, width=4).eval()
    read = {}
    for name, stream in net.streams.items():
        for s, stage in enumerate(stream["stages"]):
            for k, unit in enumerate(stage):
                for part, module in (("whole", unit), ("first", unit.first)):
                    key = name, s, k, part
                    module.register_forward_pre_hook(lambda _, args, key=key: read.update({key: args[0]}))
    net(torch.rand(1, 3, 2, 32, 32), torch.randn(1, 2, 2, 32, 32))
    units = [(s, k) for s, count in enumerate((3, 4, 6, 3)) for k in range(count)]
    for s, k in units:
        x, y = (read["appearance", s, k, part] for part in ("whole", "first"))
        motion = read["motion", s, k, "whole"]
        assert motion.abs().max() > 0
        assert torch.equal(y, x + motion if k == 1 else x)
        assert torch.equal(read["motion", s, k, "first"], motion)


# Layers


def test_a_layer_of_the_bank_is_scaled_attention_then_layer_norm_relu_and_an_output_that_is_added():
    layer, C = BankAttention(9).double().eval(), 9
    nn.init.normal_(layer.out.weight)
    nn.init.normal_(layer.out.bias)
    query, bank = torch.randn(2, 3, C, dtype=torch.float64), 3 * torch.randn(2, 5, C, dtype=torch.float64)
    weights = torch.softmax(layer.theta(query) @ layer.phi(bank).mT / 3, dim=-1)                 # sqrt(9) = 3
    answer = torch.relu(F.layer_norm(weights @ layer.g(bank), (C,)))
    mask = torch.ones(2, 5, dtype=torch.bool)
    assert torch.allclose(layer(query, bank, mask), query + layer.out(answer))


def test_the_relation_branch_of_artnet_answers_with_the_square():
    net = Smart(1, 2).eval()
    with torch.no_grad():
        for convolution in (net.appearance[0], net.relation[0], net.reduce):
            convolution.weight.zero_()
        net.relation[0].weight[:, 0, 1, 1, 1] = 1.0                              # each channel sees the pixel itself
        net.reduce.weight[:, 2] = 1.0                                            # and only the pair's sum is read
    x = torch.randn(1, 1, 3, 4, 5)
    # Normalisations that have seen nothing divide by sqrt(1 + 1e-5).
    assert torch.allclose(net(x), (x**2).expand(-1, 2, -1, -1, -1), rtol=1e-4)


def test_channel_correlation_multiplies_by_the_mean_of_its_two_gates():
    net, x = ChannelCorrelation(4), torch.randn(2, 4, 3, 5, 5)
    for branch, gate in ((net.spatial, 0.2), (net.temporal, 0.6)):
        nn.init.zeros_(branch[-2].weight)
        nn.init.constant_(branch[-2].bias, torch.logit(torch.tensor(gate)).item())
    assert torch.allclose(net(x), 0.4 * x, atol=1e-6)


def test_the_unscaled_softmax_is_a_power_of_the_scaled_one():
    scaled, plain = NonLocal(8, 4, pool=1), NonLocal(8, 4, pool=1, scale=False)
    plain.load_state_dict(scaled.state_dict())
    x = torch.randn(1, 8, 2, 3, 3)
    (_, soft), (_, sharp) = scaled.gather(x), plain.gather(x)
    assert not torch.allclose(soft, sharp, atol=1e-3)
    assert torch.allclose(sharp, soft**2 / (soft**2).sum(dim=-1, keepdim=True), atol=1e-6)      # sqrt(4) = 2


def test_a_region_keeps_its_own_features_where_neighbours_say_nothing():
    layer, features = GraphConvolution(6, graphs=2), torch.randn(2, 5, 6)
    assert torch.equal(layer(features, [torch.zeros(2, 5, 5)] * 2), features)


def test_a_new_bottleneck_is_its_shortcut():
    x = torch.rand(2, 8, 3, 6, 6)
    assert torch.equal(bottleneck3d.Bottleneck3D(8, 2, depth=3)(x), x)


def test_subsets_of_frames_are_spread_over_all_there_are():
    head = Relations(8, 2, 2).eval()
    for choices, size in zip(head.choices, head.sizes, strict=True):
        if size < 8:
            places = [choices.index(subset) for subset in head.chosen(choices)]
            assert places == [k * len(choices) // 3 for k in range(3)]


# Networks


def units_of(build):
    """Of every stage: frames that each bottleneck reads, and after which bottlenecks a non-local block stands."""
    with torch.device("meta"):
        stages = build(2, width=2).stages
    depths, places = [], []
    for stage in stages:
        depths.append([])
        places.append([])
        for block in stage:
            if isinstance(block, NonLocal):
                places[-1].append(len(depths[-1]) - 1)
            else:
                depths[-1].append(max(m.kernel_size[0] for m in block.modules() if isinstance(m, nn.Conv3d)))
    return depths, places


def test_filters_through_time_stand_in_the_published_blocks():
    for build in (bottleneck3d.i3d_r50, bottleneck3d.i3d_nl_r50, bottleneck3d.nonlocal_r50):
        assert units_of(build)[0] == [[3, 3, 3], [3, 1, 3, 1], [3, 1, 3, 1, 3, 1], [1, 3, 1]]
    res4 = [3, 1] * 11 + [3]
    assert units_of(bottleneck3d.i3d_r101)[0] == [[3, 3, 3], [3, 1, 3, 1], res4, [1, 3, 1]]
    depths, _ = units_of(bottleneck3d.nonlocal_r101)
    assert [depths[k] for k in (0, 1, 3)] == [[3, 3, 3], [3, 1, 3, 1], [1, 3, 1]]
    assert set(sum(units_of(bottleneck3d.c2d_r50)[0], [])) == {1}


def test_non_local_blocks_stand_after_the_published_blocks():
    for build in (bottleneck3d.i3d_nl_r50, bottleneck3d.nonlocal_r50):
        assert units_of(build)[1] == [[], [1, 3], [1, 3, 5], []]
    assert units_of(bottleneck3d.nonlocal_r101)[1] == [[], [1, 3], [6, 13, 20], []]
    assert units_of(bottleneck3d.i3d_r50)[1] == [[], [], [], []]


def test_every_normalisation_of_i3d_adds_a_thousandth_to_the_variance():
    with torch.device("meta"):
        nets = [build(2, width=0.125) for build in (inception3d.i3d, inception3d.s3d, inception3d.s3d_g)]
    assert {m.eps for net in nets for m in net.modules() if isinstance(m, nn.BatchNorm3d)} == {1e-3}


class FrameByFrame(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3))
        self.through_time = nn.Conv3d(4, 4, (3, 1, 1))

    def forward(self, clip):
        return self.through_time(over_frames(self.net, clip).transpose(1, 2))


def test_a_picture_network_over_frames_sees_one_frame_at_a_time():
    shape = (2, 3, 5, 32, 32)
    field = receptive_field(FrameByFrame(), shape, layer="net.2")
    assert field.size == (1, 13, 13) and field.step == (1, 4, 4)                 # 3 + (2 - 1) 2 + (3 - 1) 4 pixels
    assert receptive_field(FrameByFrame(), shape).size == (3, 13, 13)


# Data


def test_a_random_snippet_starts_anywhere_in_its_segment():
    rng = np.random.default_rng(0)
    drawn = [segment_starts(15, 3, 2, rng=rng) for _ in range(200)]
    assert [set(starts) for starts in zip(*drawn, strict=True)] == [{0, 1, 2, 3}, {5, 6, 7, 8}, {10, 11, 12, 13}]


@pytest.mark.parametrize(
    "normalize, mean, spread",
    [
        ("signed", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
        ("imagenet", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ("kinetics", (0.43216, 0.394666, 0.37645), (0.22803, 0.22145, 0.216989)),
    ],
)
def test_the_mean_colour_becomes_zero_and_one_spread_more_becomes_one(normalize, mean, spread):
    mean, spread = torch.tensor(mean), torch.tensor(spread)                      # red, green, blue
    clip = to_clip(torch.stack([mean, mean + spread])[:, None, None], normalize=normalize)
    assert torch.allclose(clip[0, :, 0], torch.zeros(3, 1, 1), atol=1e-6)
    assert torch.allclose(clip[0, :, 1], torch.ones(3, 1, 1), atol=1e-6)


def test_random_clips_are_mirrored_half_the_time_and_others_never():
    ramp = np.tile(np.linspace(0, 255, 24).astype(np.uint8)[:, None], (2, 16, 1, 3))
    sampler, rng = ClipSampler(side=8), np.random.default_rng(0)

    def mirrored(frames):
        return bool(frames[0, 0, 0, 0] > frames[0, 0, -1, 0])

    assert 16 <= sum(mirrored(sampler.crop(ramp, rng)) for _ in range(64)) <= 48     # four deviations of 4
    assert not mirrored(sampler.crop(ramp))


def test_flow_below_four_tenths_of_a_pixel_counts_as_none():
    flow = np.array([[[0.39, 0.41, 0.27, 0.3]], [[0.0, 0.0, 0.27, 0.3]]])            # lengths 0.39, 0.41, 0.38, 0.42
    maps = motion_maps(flow)[:, 0]
    assert maps[8].tolist() == [1, 0, 1, 0]
    assert np.allclose(maps[:8].sum(axis=0), [0, 0.41, 0, np.hypot(0.3, 0.3)])


def test_one_wild_arrow_carries_no_point_off():
    y, x = np.mgrid[:40, :48]
    frames = np.stack([texture(seed=0, shortest=6)(x - t, y) for t in range(16)])
    flow = np.zeros((2, 40, 48))
    flow[0] = 1.0
    flow[1, 22, 22] = 9.0                                                   # where the point from (12, 22) comes by
    found = dense_trajectories(frames, scales=1, camera=False, flow=lambda I0, I1: flow)
    assert [12, 22] in found.paths[:, 0].tolist()
    assert np.array_equal(np.diff(found.paths, axis=1), np.broadcast_to([1.0, 0.0], (len(found.paths), 15, 2)))


# Loops


def test_the_scale_divides_the_activation():
    weight = torch.randn(1, 1, 2, 4, 4)

    def unit(x):
        return (weight * x).sum()

    shapes, options = [(1, 1, 2, 4, 4)], dict(steps=20, space=0.5, jitter=0)
    scaled = preferred_stimulus(unit, shapes, scale=8.0, **options).inputs[0]
    assert torch.equal(scaled, preferred_stimulus(lambda x: unit(x) / 8, shapes, **options).inputs[0])
    assert not torch.allclose(scaled, preferred_stimulus(unit, shapes, **options).inputs[0], atol=1e-2)


def test_a_stimulus_goes_beyond_the_bound_only_as_far_as_it_pays():
    # The largest of x - w (x - 1)² is at 1 + 1 / (2 w).
    for weight, best in ((1.0, 1.5), (0.5, 2.0)):
        options = dict(steps=300, space=0.0, jitter=0, range_weight=weight)
        found = preferred_stimulus(lambda x: x.sum(), [(1, 1, 1, 1, 1)], **options)
        assert found.inputs[0].item() == pytest.approx(best, abs=0.01)


@pytest.mark.parametrize("jitter", [0, 1, 2])
def test_jitter_spreads_what_one_pixel_wants_over_its_neighbours(jitter):
    options = dict(steps=150, space=0.0, range_weight=0.0, jitter=jitter)
    found = preferred_stimulus(lambda x: x[0, 0, 0, 4, 4], [(1, 1, 1, 9, 9)], **options).inputs[0][0, 0, 0]
    grown = found > 0.5                                                          # noise has a spread of 0.1
    expected = torch.zeros(9, 9, dtype=torch.bool)
    expected[4 - jitter : 5 + jitter, 4 - jitter : 5 + jitter] = True
    assert torch.equal(grown, expected)


class Numbers(torch.utils.data.Dataset):
    """The numbers from 0 to 7, as clips."""

    def __len__(self):
        return 8

    def __getitem__(self, i):
        if not 0 <= i < 8:
            raise IndexError(i)
        return torch.full((1,), float(i)), int(i) % 2


def test_the_rate_falls_to_zero_along_half_a_cosine():
    seen, last = [], []

    def note(optimiser, *_):
        seen.append(optimiser.param_groups[0]["lr"])
        last[:] = [optimiser]

    hook = register_optimizer_step_post_hook(note)
    try:
        fit(nn.Linear(1, 2), Numbers(), epochs=4, batch=8, lr=0.1, device=torch.device("cpu"))
    finally:
        hook.remove()
    assert seen == pytest.approx([0.05 * (1 + np.cos(np.pi * k / 4)) for k in range(4)])      # one batch an epoch
    assert last[0].param_groups[0]["lr"] == pytest.approx(0, abs=1e-9)


def test_every_epoch_shows_all_clips_once_in_another_order():
    net, shown = nn.Linear(1, 2), []
    net.register_forward_pre_hook(lambda _, args: shown.extend(args[0].flatten().tolist()))
    fit(net, Numbers(), epochs=4, batch=4, device=torch.device("cpu"))
    orders = [tuple(shown[k : k + 8]) for k in range(0, 32, 8)]
    assert len(shown) == 32 and all(sorted(order) == list(range(8)) for order in orders)
    assert len(set(orders)) == 4


# Every network


def opened(net):
    """`net` in training, with no dropout, and no branch shut by weights that begin at zero."""
    for parameter in net.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.5)
    for module in net.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            nn.init.ones_(module.weight)
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        if isinstance(module, ChannelCorrelation):                               # two hidden units: both may rest
            for branch in (module.spatial, module.temporal):
                nn.init.constant_(branch[0].bias, 3.0)
    return net.train()


# Eight frames, halved three times, leave the non-local blocks a single key, and nothing to weigh it with.
LONGER = ("nonlocal_r50", "nonlocal_r101")


def reached(key, parameter):
    """Whether a gradient arrived. A bias before a normalisation changes nothing: of biases it may be zero."""
    return parameter.grad is not None and (key.endswith("bias") or parameter.grad.any())


@pytest.mark.parametrize("name", systems.SYSTEMS)
def test_a_gradient_reaches_every_parameter_and_every_input(name):
    net = opened(systems.build(name))
    clip = torch.randn(2, 3, 16 if name in LONGER else systems.frames_for(name), systems.S, systems.S)
    inputs = [x.detach().clone() for x in systems.SYSTEMS[name][1](clip)]
    if name == "strg_head":
        inputs[2] += 6 * torch.rand(inputs[2].shape)                         # off the grid, where no box overlaps two
    floats = [x.requires_grad_() for x in inputs if x.is_floating_point()]
    F.cross_entropy(net(*inputs), torch.tensor([0, 1])).backward()
    assert not [key for key, p in net.named_parameters() if p.requires_grad and not reached(key, p)]
    assert all(x.grad is not None and x.grad.any() for x in floats)
