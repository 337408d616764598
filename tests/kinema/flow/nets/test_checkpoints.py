"""Official weights by their official names: every tensor finds its place, and a wrong file is refused.

The tables repeat the names and shapes of the released code: NVIDIA/flownet2-pytorch (networks/*.py, models.py),
sniklaus/pytorch-spynet (run.py), NVlabs/PWC-Net (PyTorch/models/PWCNet.py), sniklaus/pytorch-liteflownet (run.py).
"""

import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional

from kinema.flow.nets.checkpoints import OFFICIAL, load_official, register
from kinema.flow.nets.flownet import flownet2, flownet2_cs, flownet2_css, flownet_c, flownet_s, flownet_sd
from kinema.flow.nets.liteflownet import lite_flow_net
from kinema.flow.nets.pwcnet import pwc_net, pwc_net_clean
from kinema.flow.nets.spynet import spynet, spynet6

# Shapes are (out, in, kernel) of a convolution, or as listed for a transposed one: (in, out, kernel).


def with_biases(weights, prefix="", unbiased=()):
    """Official state dict from name -> shape of the weight; each bias has as many entries as there are outputs."""
    generator = torch.Generator().manual_seed(0)
    state = {}
    for name, shape in weights.items():
        transposed = any(part in name for part in ("deconv", "upsampled", "upfeat"))
        state[f"{prefix}{name}.weight"] = torch.empty(shape).uniform_(-0.05, 0.05, generator=generator)
        if not any(part in name for part in unbiased):
            outputs = shape[1] if transposed else shape[0]
            state[f"{prefix}{name}.bias"] = torch.empty(outputs).uniform_(-0.05, 0.05, generator=generator)
    return state


CONTRACTION = {
    "conv4.0": (512, 256, 3, 3), "conv4_1.0": (512, 512, 3, 3), "conv5.0": (512, 512, 3, 3),
    "conv5_1.0": (512, 512, 3, 3), "conv6.0": (1024, 512, 3, 3), "conv6_1.0": (1024, 1024, 3, 3),
}  # fmt: skip
EXPANSION = {
    "deconv5.0": (1024, 512, 4, 4), "deconv4.0": (1026, 256, 4, 4), "deconv3.0": (770, 128, 4, 4),
    "deconv2.0": (386, 64, 4, 4),
    **{f"upsampled_flow{n}_to_{n - 1}": (2, 2, 4, 4) for n in (6, 5, 4, 3)},
}  # fmt: skip
PREDICT = {f"predict_flow{n}": (2, c, 3, 3) for n, c in {6: 1024, 5: 1026, 4: 770, 3: 386, 2: 194}.items()}


def official_flownet_s(channels=6, prefix=""):
    first = {
        "conv1.0": (64, channels, 7, 7), "conv2.0": (128, 64, 5, 5), "conv3.0": (256, 128, 5, 5),
        "conv3_1.0": (256, 256, 3, 3),
    }  # fmt: skip
    return with_biases({**first, **CONTRACTION, **EXPANSION, **PREDICT}, prefix, unbiased=["upsampled"])


def official_flownet_c(prefix=""):
    first = {
        "conv1.0": (64, 3, 7, 7), "conv2.0": (128, 64, 5, 5), "conv3.0": (256, 128, 5, 5),
        "conv_redir.0": (32, 256, 1, 1), "conv3_1.0": (256, 473, 3, 3),
    }  # fmt: skip
    return with_biases({**first, **CONTRACTION, **EXPANSION, **PREDICT}, prefix)


def official_flownet_sd(prefix=""):
    first = {
        "conv0.0": (64, 6, 3, 3), "conv1.0": (64, 64, 3, 3), "conv1_1.0": (128, 64, 3, 3),
        "conv2.0": (128, 128, 3, 3), "conv2_1.0": (128, 128, 3, 3), "conv3.0": (256, 128, 3, 3),
        "conv3_1.0": (256, 256, 3, 3),
        "inter_conv5.0": (512, 1026, 3, 3), "inter_conv4.0": (256, 770, 3, 3), "inter_conv3.0": (128, 386, 3, 3),
        "inter_conv2.0": (64, 194, 3, 3),
    }  # fmt: skip
    predict = {f"predict_flow{n}": (2, c, 3, 3) for n, c in {6: 1024, 5: 512, 4: 256, 3: 128, 2: 64}.items()}
    return with_biases({**first, **CONTRACTION, **EXPANSION, **predict}, prefix)


def official_fusion(prefix=""):
    weights = {
        "conv0.0": (64, 11, 3, 3), "conv1.0": (64, 64, 3, 3), "conv1_1.0": (128, 64, 3, 3),
        "conv2.0": (128, 128, 3, 3), "conv2_1.0": (128, 128, 3, 3),
        "deconv1.0": (128, 32, 4, 4), "deconv0.0": (162, 16, 4, 4),
        "inter_conv1.0": (32, 162, 3, 3), "inter_conv0.0": (16, 82, 3, 3),
        "predict_flow2": (2, 128, 3, 3), "predict_flow1": (2, 32, 3, 3), "predict_flow0": (2, 16, 3, 3),
        "upsampled_flow2_to_1": (2, 2, 4, 4), "upsampled_flow1_to_0": (2, 2, 4, 4),
    }  # fmt: skip
    return with_biases(weights, prefix)


def official_flownet2(stacked=2, whole=True):
    state = official_flownet_c("flownetc.")
    for k in range(1, stacked + 1):
        state |= official_flownet_s(12, f"flownets_{k}.")
    return state | official_flownet_sd("flownets_d.") | official_fusion("flownetfusion.") if whole else state


def official_spynet(word="module"):
    widths = [8, 32, 64, 32, 16, 2]
    weights = {}
    for level in range(6):
        for k in range(5):
            weights[f"{word}Basic.{level}.{word}Basic.{2 * k}"] = (widths[k + 1], widths[k], 7, 7)
    return with_biases(weights)


def official_pwc_net():
    channels = [3, 16, 32, 64, 96, 128, 196]
    weights = {}
    for level in range(1, 7):
        order = ["aa", "a", "b"] if level == 6 else ["a", "aa", "b"]
        for k, place in enumerate(order):
            weights[f"conv{level}{place}.0"] = (channels[level], channels[level - (k == 0)], 3, 3)
    grown = [0, 128, 256, 352, 416, 448]
    for level in range(6, 1, -1):
        od = 81 if level == 6 else 81 + channels[level] + 4
        for k, cout in enumerate([128, 128, 96, 64, 32]):
            weights[f"conv{level}_{k}.0"] = (cout, od + grown[k], 3, 3)
        weights[f"predict_flow{level}"] = (2, od + 448, 3, 3)
        weights[f"deconv{level}"] = (2, 2, 4, 4)
        if level > 2:
            weights[f"upfeat{level}"] = (od + 448, 2, 4, 4)
    context = [od + 448, 128, 128, 128, 96, 64, 32]
    for k in range(1, 7):
        weights[f"dc_conv{k}.0"] = (context[k], context[k - 1], 3, 3)
    return with_biases({**weights, "dc_conv7": (2, 32, 3, 3)})


def official_lite_flow_net(word="module"):
    features = {
        "One.0": (32, 3, 7, 7), "Two.0": (32, 32, 3, 3), "Two.2": (32, 32, 3, 3), "Two.4": (32, 32, 3, 3),
        "Thr.0": (64, 32, 3, 3), "Thr.2": (64, 64, 3, 3), "Fou.0": (96, 64, 3, 3), "Fou.2": (96, 96, 3, 3),
        "Fiv.0": (128, 96, 3, 3), "Six.0": (192, 128, 3, 3),
    }  # fmt: skip
    weights = {f"{word}Features.{word}{name}": shape for name, shape in features.items()}
    for k, level in enumerate([2, 3, 4, 5, 6]):
        n = [7, 5, 5, 3, 3][k]
        m, s, r = (f"{word}{unit}.{k}.{word}" for unit in ("Matching", "Subpixel", "Regularization"))
        if level == 2:
            weights[m + "Feat.0"] = weights[s + "Feat.0"] = (64, 32, 1, 1)
        if level < 6:
            weights[m + "Upflow"] = (2, 1, 4, 4)
        if level < 4:
            weights[m + "Upcorr"] = (49, 1, 4, 4)
        for unit, cin in ((m, 49), (s, [130, 130, 194, 258, 386][k])):
            widths = [cin, 128, 64, 32, 2]
            for i in range(4):
                weights[f"{unit}Main.{2 * i}"] = (widths[i + 1], widths[i], *([n, n] if i == 3 else [3, 3]))
        if level < 5:
            weights[r + "Feat.0"] = (128, [32, 64, 96][k], 1, 1)
        widths = [[131, 131, 131, 131, 195][k], 128, 128, 64, 64, 32, 32]
        for i in range(6):
            weights[f"{r}Main.{2 * i}"] = (widths[i + 1], widths[i], 3, 3)
        if level < 5:
            weights[r + "Dist.0"], weights[r + "Dist.1"] = (n * n, 32, n, 1), (n * n, n * n, 1, n)
        else:
            weights[r + "Dist.0"] = (n * n, 32, n, n)
        weights[r + "ScaleX"] = weights[r + "ScaleY"] = (1, n * n, 1, 1)
    return with_biases(weights, unbiased=["Upflow", "Upcorr"])


CASES = {
    "flownet_s": (flownet_s, official_flownet_s),
    "flownet_c": (flownet_c, official_flownet_c),
    "flownet_sd": (flownet_sd, official_flownet_sd),
    "spynet": (spynet6, official_spynet),
    "spynet, newer names": (spynet6, lambda: official_spynet("net")),
    "pwc_net": (pwc_net, official_pwc_net),
    "lite_flow_net": (lite_flow_net, official_lite_flow_net),
    "lite_flow_net, newer names": (lite_flow_net, lambda: official_lite_flow_net("net")),
}


@pytest.mark.parametrize("case", CASES)
def test_official_weights_fill_every_tensor_once(case):
    build, official = CASES[case]
    net, state = build(), official()
    assert load_official(net, state) is net
    loaded = net.state_dict()
    assert len(loaded) == len(state)
    # Every official tensor, found by its sum, is somewhere in the network: flips do not change a sum.
    assert sorted(round(float(v.double().sum()), 4) for v in loaded.values()) == sorted(
        round(float(v.double().sum()), 4) for v in state.values()
    )


@pytest.mark.parametrize(
    "build, options",
    [(flownet2_cs, {"stacked": 1, "whole": False}), (flownet2_css, {"stacked": 2, "whole": False}), (flownet2, {})],
)
def test_stacks_are_filled_network_by_network(build, options):
    state = official_flownet2(**options)
    with torch.device("meta"):
        net = build()
    meta = {name: value.to("meta") for name, value in state.items()}
    assert load_official(net, meta) is net
    assert sum(v.numel() for v in state.values()) == sum(p.numel() for p in net.parameters())


def leaky(x, state, name, stride=1):
    weight = state[f"{name}.weight"]
    return F.leaky_relu(F.conv2d(x, weight, state[f"{name}.bias"], stride=stride, padding=weight.shape[-1] // 2), 0.1)


def test_the_encoder_of_flownet_s_runs_in_the_official_order():
    state = official_flownet_s()
    net = load_official(flownet_s(), state)
    x = torch.rand(1, 6, 64, 64)
    ours = net.contraction(net.conv3(net.conv2(net.conv1(x))))[0]
    for name in ("1", "2", "3", "3_1", "4", "4_1", "5", "5_1", "6", "6_1"):
        x = leaky(x, state, f"conv{name}.0", stride=1 if "_" in name else 2)
    torch.testing.assert_close(ours, x)


def test_the_refinement_of_flownet_s_runs_in_the_official_order():
    state = official_flownet_s()
    net = load_official(flownet_s(), state)
    skips = [torch.rand(1, c, n, n) for c, n in ((512, 2), (512, 4), (256, 8), (128, 16))]
    x = torch.rand(1, 1024, 1, 1)
    ours = net.refinement(x, skips)
    for level, skip in zip((6, 5, 4, 3), skips, strict=True):
        flow = F.conv2d(x, state[f"predict_flow{level}.weight"], state[f"predict_flow{level}.bias"], padding=1)
        torch.testing.assert_close(ours[6 - level], flow)
        up = F.conv_transpose2d(flow, state[f"upsampled_flow{level}_to_{level - 1}.weight"], stride=2, padding=1)
        name = f"deconv{level - 1}.0"
        x = F.conv_transpose2d(x, state[f"{name}.weight"], state[f"{name}.bias"], stride=2, padding=1)
        x = torch.cat([skip, F.leaky_relu(x, 0.1), up], dim=1)
    finest = F.conv2d(x, state["predict_flow2.weight"], state["predict_flow2.bias"], padding=1)
    torch.testing.assert_close(ours[4], finest)


def test_the_pyramid_of_pwc_net_runs_in_the_official_order_on_blue_green_red():
    state = official_pwc_net()
    net = load_official(pwc_net(), state)
    red_green_blue = torch.rand(1, 3, 64, 64)
    x = red_green_blue.flip(1)
    for level in range(1, 7):
        for place, stride in zip(["aa", "a", "b"] if level == 6 else ["a", "aa", "b"], (2, 1, 1), strict=True):
            x = leaky(x, state, f"conv{level}{place}.0", stride)
    torch.testing.assert_close(net.pyramid(red_green_blue)[0], x)


def test_the_features_of_lite_flow_net_run_in_the_official_order_on_blue_green_red():
    state = official_lite_flow_net()
    net = load_official(lite_flow_net(), state)
    red_green_blue = torch.rand(1, 3, 64, 64)
    x = red_green_blue.flip(1)
    for name in ("One.0", "Two.0", "Two.2", "Two.4", "Thr.0", "Thr.2", "Fou.0", "Fou.2", "Fiv.0", "Six.0"):
        x = leaky(x, state, f"moduleFeatures.module{name}", stride=2 if name[-1] == "0" and name != "One.0" else 1)
    torch.testing.assert_close(net.features(red_green_blue)[-1], x)


def test_units_of_lite_flow_net_go_to_their_levels():
    state = official_lite_flow_net()
    net = load_official(lite_flow_net(), state)
    assert torch.equal(net.matching[4].lift[0].weight, state["moduleMatching.0.moduleFeat.0.weight"])
    assert torch.equal(net.regularisation[0].body[5][0].bias, state["moduleRegularization.4.moduleMain.10.bias"])
    assert torch.equal(net.subpixel[1].head[3].weight, state["moduleSubpixel.3.moduleMain.6.weight"])
    assert torch.equal(net.regularisation[2].scale_v.weight, state["moduleRegularization.2.moduleScaleY.weight"])


def test_files_are_read_wrapped_or_plain(tmp_path):
    state = official_spynet()
    for k, saved in enumerate([state, {"state_dict": state, "epoch": 3}, {f"module.{n}": v for n, v in state.items()}]):
        path = tmp_path / f"{k}.pytorch"
        torch.save(saved, path)
        net = load_official(spynet6(), path)
        assert torch.equal(net.levels[5][8].bias, state["moduleBasic.5.moduleBasic.8.bias"])


def test_a_file_that_would_run_code_is_not_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    torch.save({"state_dict": Trap()}, tmp_path / "trap.pth")
    with pytest.raises(ValueError, match=r"no file of weights that torch can read safely"):
        load_official(spynet6(), tmp_path / "trap.pth")
    assert not (tmp_path / "sprung").exists()


def test_weights_that_do_not_fit_are_refused_by_name_and_change_nothing(tmp_path):
    net, state = spynet6(), official_spynet()
    before = net.levels[0][0].weight.clone()
    missing = {k: v for k, v in state.items() if k != "moduleBasic.2.moduleBasic.4.bias"}
    with pytest.raises(ValueError, match=r"do not fit SPyNet: missing levels\.2\.4\.bias$"):
        load_official(net, missing)
    with pytest.raises(ValueError, match=r"unexpected extra\.weight"):
        load_official(net, {**state, "extra.weight": torch.zeros(3)})
    misshaped = r"of another shape levels\.0\.0\.weight \(32, 6, 7, 7\) instead of \(32, 8, 7, 7\)"
    with pytest.raises(ValueError, match=misshaped):
        load_official(net, {**state, "moduleBasic.0.moduleBasic.0.weight": torch.zeros(32, 6, 7, 7)})
    with pytest.raises(ValueError, match=r"unexpected levels\.5\.0\.weight"):
        load_official(spynet(5), state)
    with pytest.raises(ValueError, match=r"missing .* and \d+ more"):
        load_official(pwc_net_clean(), state)
    with pytest.raises(ValueError, match="is this a state dict"):
        load_official(net, {})
    torch.save([torch.zeros(3)], tmp_path / "list.pth")
    with pytest.raises(ValueError, match="is this a state dict"):
        load_official(net, tmp_path / "list.pth")
    (tmp_path / "noise.pth").write_bytes(b"no weights at all")
    with pytest.raises(ValueError, match="noise.pth is no file of weights"):
        load_official(net, tmp_path / "noise.pth")
    with pytest.raises(FileNotFoundError):
        load_official(net, "nowhere.pth")
    assert torch.equal(net.levels[0][0].weight, before)


def test_a_network_can_be_added_and_an_unknown_one_is_refused(monkeypatch):
    net = torch.nn.Linear(2, 1)
    with pytest.raises(ValueError, match=r"no official names known for Linear; there are: .*FlowNet2, "):
        load_official(net, {"w": torch.zeros(1, 2), "b": torch.zeros(1)})
    monkeypatch.setitem(OFFICIAL, "Linear", None)  # so that the registration below is undone
    register("Linear")(lambda state: {"weight": state["w"], "bias": state["b"]})
    assert load_official(net, {"w": torch.ones(1, 2), "b": torch.zeros(1)}).weight.tolist() == [[1, 1]]
