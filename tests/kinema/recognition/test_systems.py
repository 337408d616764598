"""Every system runs on real footage, and learns sixteen clips by heart at reduced width.

Learning by heart proves that gradients reach what they must: a branch that is cut off, a wrong reshape across the
batch, a dead unit would keep the loss up. It says nothing of how well a network would recognise.
"""

import pytest

torch = pytest.importorskip("torch")

from kinema.cost import MODELS
from kinema.recognition import (
    artnet, bottleneck3d, c3d, channel_correlation, compressed, eco, feature_bank, frames, fusion, inception3d,
    region_graph, relations, resnet3d, segments, slowfast, st_resnet, temporal_crf, two_stream, weak_inputs,
)  # fmt: skip

T, S = 8, 32  # frames and pixels of the micro clips


def flow_of(clip):
    """Something like flow for networks that want it: brightness differences in time and across, (B, 2, T, H, W)."""
    gray = clip.mean(dim=1)
    dt = torch.cat([torch.diff(gray, dim=1), torch.zeros_like(gray[:, :1])], dim=1)
    dx = torch.cat([torch.diff(gray, dim=3), torch.zeros_like(gray[..., :1])], dim=3)
    return torch.stack([dt, dx], dim=1)


def only(clip):
    return (clip,)


def frame_and_stack(clip):
    return clip[:, :, 0], flow_of(clip).transpose(1, 2).flatten(1, 2)


def frames_and_stacks(clip):
    """Frames (B, 3, 3, H, W), and with each the flow of four frames as channels (B, 8, 3, H, W)."""
    flow = flow_of(clip)
    stacks = torch.stack([flow[:, :, k : k + 4].flatten(1, 2) for k in (0, 2, 4)], dim=2)
    return clip[:, :, [0, 2, 4]], stacks


def with_bank(clip):
    """The bank holds means of the clip's halves beside noise, at the network's length of feature."""
    bank = torch.randn(len(clip), 5, 256, generator=torch.Generator().manual_seed(0))
    return clip, bank


def regions(clip):
    """Cells of a 2 x 2 grid as regions, frame by frame: (clip features, region features, boxes, frame numbers)."""
    B = len(clip)
    pixels = torch.nn.functional.adaptive_avg_pool3d(clip[:, :1], (T, 8, 8))[:, 0]                # (B, T, 8, 8)
    features = pixels.unfold(2, 4, 4).unfold(3, 4, 4).reshape(B, 4 * T, 16)                      # sixteen of each cell
    boxes = torch.tensor([[0.0, 0, 16, 16], [16, 0, 32, 16], [0, 16, 16, 32], [16, 16, 32, 32]]).repeat(T, 1)
    numbers = torch.arange(T).repeat_interleave(4)
    whole = features[:, -1] - features[:, 0]
    return whole, features, boxes.expand(B, -1, -1), numbers.expand(B, -1)


def weaker(kind):
    """Slow frames as they are, and the fast ones as `kind` shows them."""
    return lambda clip: (clip[:, :, ::4], flow_of(clip) if kind == "flow" else weak_inputs.weaken(clip, kind))


W = dict(width=8)
# Four fast frames for each slow one, and enough of the Fast pathway to learn with.
SF = dict(width=16, alpha=4, beta=1 / 4)
INCEPTION = dict(width=0.125)
# Name in `kinema.cost` -> (network of two classes at reduced width, its inputs from a clip).
SYSTEMS = {
    "single_frame_resnet18": (lambda: frames.single_frame_resnet18(2, **W), only),
    "stacked_resnet18": (lambda: frames.stacked_resnet18(2, frames=T, **W), only),
    "c3d": (lambda: c3d.C3D(2, width=8, hidden=64, clip=(16, S, S)), only),
    "c3d_unpadded": (lambda: c3d.C3D(2, width=8, hidden=64, clip=(16, S, S), norm=True), only),
    "depth_3": (lambda: c3d.depth_net(classes=2, width=8, hidden=64, clip=(16, S, S)), only),
    "depth_3_3_5_5_7": (lambda: c3d.depth_net((3, 3, 5, 5, 7), 2, width=8, hidden=64, clip=(16, S, S)), only),
    "depth_7_5_5_3_3": (lambda: c3d.depth_net((7, 5, 5, 3, 3), 2, width=8, hidden=64, clip=(16, S, S)), only),
    "r3d_18": (lambda: resnet3d.r3d_18(2, **W), only),
    "r3d_34": (lambda: resnet3d.r3d_34(2, **W), only),
    "mc3_18": (lambda: resnet3d.mc3_18(2, **W), only),
    "r2plus1d_18": (lambda: resnet3d.r2plus1d_18(2, **W), only),
    "r2plus1d_18_torchvision": (lambda: resnet3d.r2plus1d_18_torchvision(2, **W), only),
    "r2plus1d_34": (lambda: resnet3d.r2plus1d_34(2, **W), only),
    "r2plus1d_34_flow": (lambda: resnet3d.r2plus1d_34(2, channels=2, **W), lambda clip: (flow_of(clip),)),
    "r2plus1d_34_two_stream": (lambda: two_stream.r2plus1d_34_two_stream(2, **W), lambda clip: (clip, flow_of(clip))),
    "i3d": (lambda: inception3d.i3d(2, **INCEPTION), only),
    "i3d_two_stream": (lambda: two_stream.i3d_two_stream(2, **INCEPTION), lambda clip: (clip, flow_of(clip))),
    "s3d": (lambda: inception3d.s3d(2, **INCEPTION), only),
    "s3d_g": (lambda: inception3d.s3d_g(2, **INCEPTION), only),
    "s3d_g_two_stream": (lambda: two_stream.s3d_g_two_stream(2, **INCEPTION), lambda clip: (clip, flow_of(clip))),
    "artnet_18": (lambda: artnet.artnet_18(2, **W), only),
    "artnet_18_plain": (lambda: artnet.artnet_18_plain(2, **W), only),
    "eco_lite": (lambda: eco.eco_lite(2, width=0.125), only),
    "eco_full": (lambda: eco.eco_full(2, width=0.125), only),
    "two_stream": (lambda: two_stream.two_stream(2, frames=T, width=12, size=64), lambda clip: tuple(
        torch.nn.functional.interpolate(x, scale_factor=2) for x in frame_and_stack(clip))),
    "two_stream_vgg16": (lambda: two_stream.two_stream_vgg16(2, frames=T, width=8, size=S), frame_and_stack),
    "conv_fusion_vgg16": (lambda: fusion.conv_fusion_vgg16(2, frames=4, width=8, size=S), frames_and_stacks),
    "st_resnet50": (lambda: st_resnet.st_resnet50(2, frames=4, **W), frames_and_stacks),
    "tsn": (lambda: segments.tsn(2, dropout=0.0, **INCEPTION), lambda clip: (clip.transpose(1, 2),)),
    "tsn_flow": (lambda: segments.tsn(2, channels=4, dropout=0.0, **INCEPTION),
                 lambda clip: (flow_of(clip).transpose(1, 2).unflatten(1, (4, 2)).flatten(2, 3),)),
    "coviar": (lambda: compressed.coviar(2, width=8),
               lambda clip: (clip[:, :, 0], flow_of(clip)[:, :, 0], clip[:, :, 1] - clip[:, :, 0])),
    "multiscale_trn": (lambda: relations.multiscale_trn(2, frames=T, features=16, **INCEPTION),
                       lambda clip: (clip.transpose(1, 2),)),
    "c2d_r50": (lambda: bottleneck3d.c2d_r50(2, **W), only),
    "i3d_r50": (lambda: bottleneck3d.i3d_r50(2, **W), only),
    "i3d_r101": (lambda: bottleneck3d.i3d_r101(2, **W), only),
    "i3d_nl_r50": (lambda: bottleneck3d.i3d_nl_r50(2, **W), only),
    "nonlocal_r50": (lambda: bottleneck3d.nonlocal_r50(2, **W), only),
    "nonlocal_r101": (lambda: bottleneck3d.nonlocal_r101(2, **W), only),
    "lfb_nl": (lambda: feature_bank.feature_bank_net("nl", 2, inner=32, **W), with_bank),
    "lfb_avg": (lambda: feature_bank.feature_bank_net("avg", 2, **W), with_bank),
    "lfb_max": (lambda: feature_bank.feature_bank_net("max", 2, **W), with_bank),
    "clip_net_twice": (lambda: feature_bank.twice_the_net(2, **W), only),
    "self_attention_twice": (lambda: feature_bank.self_attention_twice(2, inner=32, **W), only),
    "stc_resnet18": (lambda: channel_correlation.stc_resnet18(2, **W), only),
    "strg_head": (lambda: region_graph.strg_head(2, 16), regions),
    "i3d_r50_whole": (lambda: bottleneck3d.i3d_r50_whole(2, **W), only),
    "slow_only_r50_4x16": (lambda: slowfast.slow_only(2, **W), only),
    "fast_only_r50_32x2": (lambda: slowfast.fast_only(2), only),
    "fast_only_as_slow": (lambda: slowfast.fast_only_as_slow(2), only),
    "slowfast_r50_4x16": (lambda: slowfast.slowfast_r50_4x16(2, **SF), only),
    "slowfast_gray": (lambda: slowfast.slowfast_r50_4x16(2, fast_channels=1, **SF), weaker("gray")),
    "slowfast_difference": (lambda: slowfast.slowfast_r50_4x16(2, fast_channels=1, **SF), weaker("difference")),
    "slowfast_flow": (lambda: slowfast.slowfast_r50_4x16(2, fast_channels=2, **SF), weaker("flow")),
    "slowfast_half": (lambda: slowfast.slowfast_r50_4x16(2, **SF), weaker("half")),
    "slowfast_r50_8x8_nl_256": (lambda: slowfast.slowfast_r50_8x8_nl(2, attention_pool=1, **SF), only),
    "slowfast_r101_8x8_256": (lambda: slowfast.slowfast_r101(2, **SF), only),
    "slowfast_r101_8x8_nl_256": (lambda: slowfast.slowfast_r101_nl(2, attention_pool=1, **SF), only),
}  # fmt: skip
# The same network under another name: other classes, padding or size.
SAME = {
    "c3d_ucf101": "c3d", "depth_1": "depth_3", "depth_5": "depth_3", "depth_7": "depth_3", "s3d_64": "s3d",
    "i3d_r50_unpadded": "i3d_r50", "nonlocal_r101_charades": "nonlocal_r101", "slow_only_r50_8x8": "slow_only_r50_4x16",
    "slow_only_r101_16x8_256": "slow_only_r50_4x16",
    **{f"slowfast_{name}": "slowfast_r50_4x16" for name in (
        "beta_4", "beta_4_lateral_7", "beta_6", "beta_12", "beta_16", "beta_32", "r50_4x16_256", "r50_8x8_256")},
    "slowfast_r101_all_8x8_256": "slowfast_r101_8x8_256", "slowfast_r101_16x8_256": "slowfast_r101_8x8_256",
    "slowfast_r101_16x8_nl_256": "slowfast_r101_8x8_nl_256",
}  # fmt: skip


def test_every_recognition_network_of_the_cost_table_is_here():
    listed = {name for name, model in MODELS.items() if model.builder.startswith("kinema.recognition")}
    assert listed == set(SYSTEMS) | set(SAME) | {"temporal_field"}
    assert set(SAME.values()) <= set(SYSTEMS)


# Five pools in time need sixteen frames.
LONGER = ("c3d", "c3d_unpadded", "depth_3", "depth_3_3_5_5_7", "depth_7_5_5_3_3")
# Networks that average over single frames: a pair of `Directions`, the same frames in opposite order, is one to them.
UNORDERED = ("single_frame_resnet18", "c2d_r50", "tsn")
# Without normalisation the usual rate is too high; few parameters bear a higher one.
RATE = {"two_stream_vgg16": 5e-4, "conv_fusion_vgg16": 5e-4, "strg_head": 1e-2}


def frames_for(name):
    return 16 if name in LONGER else T


def build(name, seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return SYSTEMS[name][0]()


@pytest.mark.parametrize("name", SYSTEMS)
def test_it_runs_on_real_footage(name, city_clip):
    net = build(name).eval()
    with torch.no_grad():
        logits = net(*SYSTEMS[name][1](city_clip(frames_for(name), S)))
    assert logits.shape == (1, 2) and torch.isfinite(logits).all()


@pytest.mark.parametrize("name", SYSTEMS)
def test_it_learns_sixteen_clips_by_heart(name, sixteen):
    clips, labels = sixteen(frames_for(name), S)
    inputs = SYSTEMS[name][1](clips)
    if name in UNORDERED:
        labels = torch.arange(16) // 2 % 2
    net = build(name)
    for module in net.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE.get(name, 2e-3), weight_decay=0.0)
    right = 0
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for _ in range(150):
            net.train()
            loss = torch.nn.functional.cross_entropy(net(*inputs), labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            if loss.item() < 0.1:
                right = (net(*inputs).argmax(dim=1) == labels).sum().item()
                if right == 16:
                    break
    assert right == 16, f"loss {loss.item():.3f}"
