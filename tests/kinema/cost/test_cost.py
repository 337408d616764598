"""Counting parameters and multiply-adds: against arithmetic by hand, then the command."""

import json
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn

from kinema import cost
from kinema.cost import MODELS, Cost, Model, agrees, count_macs, count_parameters, main, measure, measure_all, status
from kinema.flow.nets.layers import conv, correlation


def test_a_convolution_costs_its_kernel_at_every_output_pixel():
    net = nn.Conv2d(3, 8, 5, stride=2, padding=2)
    assert count_parameters(net) == 3 * 8 * 25 + 8
    macs = 2 * 8 * 10 * 3 * 8 * 25
    assert count_macs(net, (2, 3, 16, 20)) == Cost(608, macs, {"convolution": macs})


def test_convolutions_in_groups_in_time_and_transposed_are_counted_too():
    assert count_macs(nn.Conv2d(8, 8, 3, padding=1, groups=8), (1, 8, 6, 7)).macs == 8 * 9 * 6 * 7
    assert count_macs(nn.Conv3d(2, 4, 3, padding=1), (1, 2, 5, 6, 7)).macs == 2 * 4 * 27 * 5 * 6 * 7
    # A transposed convolution spreads its kernel from every *input* pixel.
    assert count_macs(nn.ConvTranspose2d(2, 4, 4, stride=2, padding=1), (1, 2, 6, 7)).macs == 2 * 4 * 16 * 6 * 7


def test_linear_layers_are_told_from_matrix_products_and_attention_has_two_of_these():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(10, 6)

        def forward(self, x):
            y = self.linear(x)
            weights = torch.einsum("bic,bjc->bij", y, y)
            q = y[:, None]
            return weights @ y, nn.functional.scaled_dot_product_attention(q, q, q)

    n, c = 7, 6
    expected = {"linear": n * 10 * c, "matmul": 4 * n * n * c}
    result = count_macs(Net, (1, n, 10))
    assert result.by_operator == expected
    assert result.macs == sum(expected.values())


def test_a_correlation_layer_is_counted_beside_the_convolutions_and_once():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = conv(3, 8, stride=2)

        def forward(self, a, b):
            return correlation(self.conv(a), self.conv(b), 4, stride=2)

    result = count_macs(Net, (2, 3, 12, 16), (2, 3, 12, 16))
    assert result.by_operator == {"convolution": 2 * 2 * 3 * 8 * 9 * 6 * 8, "correlation": 2 * 25 * 8 * 6 * 8}


def test_normalisation_activations_pooling_and_bias_are_free():
    net = nn.Sequential(nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Upsample(scale_factor=2), nn.Softmax(dim=1))
    assert count_macs(net, (1, 4, 8, 8)) == Cost(8, 0, {})
    biased, plain = (count_macs(nn.Conv2d(2, 2, 3, bias=bias), (1, 2, 8, 8)).macs for bias in (True, False))
    assert biased == plain


def test_a_network_in_use_is_counted_on_a_copy_and_stays_where_it_is():
    net = nn.Conv2d(1, 1, 3)
    before = net.weight.clone()
    count_macs(net, (1, 1, 8, 8))
    assert net.weight.device.type == "cpu" and torch.equal(net.weight, before)


def test_a_shared_layer_counts_its_parameters_once_and_its_work_each_time():
    layer = nn.Conv2d(2, 2, 3, padding=1)
    result = count_macs(nn.Sequential(layer, layer), (1, 2, 5, 5))
    assert result.parameters == 2 * 2 * 9 + 2
    assert result.macs == 2 * 2 * 2 * 9 * 25


def test_frozen_parameters_are_not_counted():
    net = nn.Linear(3, 2)
    net.bias.requires_grad_(False)
    assert count_parameters(net) == 6


def test_counting_without_a_shape_is_refused():
    with pytest.raises(ValueError, match="no input shape"):
        count_macs(nn.Linear(3, 2))


@pytest.mark.parametrize("name", MODELS)
def test_every_registered_network_can_be_counted_and_no_quoted_figure_is_missed_in_silence(name):
    row, model = measure(name), MODELS[name]
    assert row["macs"] == sum(row["by_operator"].values()) > 0
    assert model.source and bool(model.gmacs) == bool(model.gmacs_source)
    assert row["status"] in ("match", "expected discrepancy", "no published figure")
    # A sentence why stands exactly where a figure does not come out.
    assert (row["status"] == "expected discrepancy") == bool(model.expected)


def test_a_figure_that_does_not_come_out_is_a_mismatch_until_a_sentence_explains_it():
    model = Model("", (), "5.37 M", "here", gmacs="28.1")
    assert status(model, 5_371_000, 28_109_000_000) == "match"
    assert status(model, 5_382_000, 28_109_000_000) == status(model, 5_371_000, 28_200_000_000) == "mismatch"
    assert status(model._replace(expected="because"), 5_382_000, 28_109_000_000) == "expected discrepancy"
    assert status(model._replace(published=None, gmacs=None), 1, 1) == "no published figure"


def test_a_count_agrees_to_as_many_digits_as_were_printed():
    assert agrees(6_227_224, "6.23 M") and agrees(39_942_647, "39.9 M") and agrees(990_162, 990_162)
    assert not (agrees(6_227_224, "6.22 M") or agrees(6_234_999, "6.24 M") or agrees(990_163, 990_162))
    assert agrees(152_356_000_000, "152 G") and not agrees(152_356_000_000, "152.3 G")
    assert agrees(5, None) is None


# The command


def test_the_command_prints_what_the_library_counts(capsys):
    assert main(["flownet_c", "flownet_s", "--size", "64x128"]) == 0
    header, first, second = capsys.readouterr().out.splitlines()
    columns = ["network", "parameters", "published", "input", "GMACs", "printed", "status", "convolution", "correlation"]
    assert header.split() == columns
    row = measure("flownet_c", (64, 128))
    total, *parts = (f"{m / 1e9:.3f}" for m in (row["macs"], *(row["by_operator"][k] for k in header.split()[-2:])))
    # No status: the quoted figures hold for the registered size.
    assert first.split() == ["flownet_c", "39,175,298", "39,175,298", "64x128", total, "-", "-", *parts]
    assert second.split()[:4] == ["flownet_s", "38,676,506", "-", "64x128"]
    assert second.split()[-1] == "0.000"


def test_json_holds_whole_numbers(capsys):
    assert main(["flownet_s", "--size", "64x64", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["parameters"] == 38_676_506
    assert row["macs"] == row["by_operator"]["convolution"]
    assert row["input"] == [[1, 3, 64, 64]] * 2


def test_the_list_names_every_network_and_builds_none(capsys, monkeypatch):
    monkeypatch.setitem(MODELS, "broken", Model("no.such.module:net", ((1, 3, 8, 8),), None, "nowhere", "counted only"))
    assert main(["--list"]) == 0
    listed = capsys.readouterr().out
    names = [line.split()[0] for line in listed.splitlines() if not line.startswith(" ")]
    assert names == list(MODELS)
    assert "nowhere (counted only)" in listed
    assert f"discrepancy: {MODELS['s3d_64'].expected}" in listed


def test_a_network_is_listed_layer_by_layer(capsys):
    assert main(["c3d", "--clip", "16x112x112", "--layers"]) == 0
    rows = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert rows["stages.4.conv5b.0"] == ["Conv3d", "512x2x7x7", "7,078,400", "68x134x134"]
    assert rows["fc6"] == ["Linear", "4096", "33,558,528", "allxallxall"]


def test_all_of_them_as_json_with_status_and_source(capsys, monkeypatch):
    few = {name: MODELS[name] for name in ("c3d_unpadded", "nonlocal_r50", "two_stream")}
    monkeypatch.setattr("kinema.cost.command.MODELS", few)
    assert main(["--all", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["nonlocal_r50"]["status"] == "match" and rows["nonlocal_r50"]["published_gmacs"] == "282"
    assert rows["c3d_unpadded"]["status"] == "expected discrepancy"
    assert "cuts to 64.9" in rows["c3d_unpadded"]["expected"]
    assert rows["two_stream"]["status"] == "no published figure"
    assert all(row["source"] for row in rows.values())


def test_a_size_changes_the_clip_and_leaves_a_bank_beside_it_alone():
    row = measure("lfb_nl", (16, 64, 64))
    assert row["input"] == ((1, 3, 16, 64, 64), (1, 60, 2048))
    assert row["status"] is None


def test_clips_take_a_size_of_three_numbers(monkeypatch, capsys):
    monkeypatch.setattr(cost, "clip_net", lambda: nn.Conv3d(3, 2, 1), raising=False)
    monkeypatch.setitem(MODELS, "clip", Model("kinema.cost:clip_net", ((1, 3, 4, 8, 8),), None, "this test"))
    assert measure("clip")["macs"] == 3 * 2 * 4 * 8 * 8
    assert measure("clip", (16, 10, 12))["macs"] == 3 * 2 * 16 * 10 * 12
    assert measure("clip", (10, 12))["macs"] == 3 * 2 * 4 * 10 * 12
    assert main(["clip", "--size", "16x10x12"]) == 0
    assert "16x10x12" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["flownet_z"], "no network called 'flownet_z'; there are: flownet_s"),
        ([], "name at least one network"),
        (["flownet_s", "--size", "4x64x64"], "--size has 3 numbers"),
        (["flownet_fusion", "--size", "5x8"], "flownet_fusion cannot take 5x8: "),
        (["c3d", "--clip", "16x64x64"], "c3d cannot take 16x64x64: "),
        (["c3d", "r3d_18", "--layers"], "name just one"),
        (["no_such_net", "--layers"], "no network called 'no_such_net'"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_one_line(arguments, message, capsys):
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("error: ") and message in said.err and said.err.count("\n") == 1


@pytest.mark.parametrize("size", ["big", "64", "0x64", "64x", "-8x8"])
def test_a_size_that_is_none_is_refused(size, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["flownet_s", f"--size={size}"])
    assert stop.value.code == 2
    assert "is no size: write HEIGHTxWIDTH" in capsys.readouterr().err


def test_help_is_the_manual_and_needs_no_torch():
    program = "import sys; sys.modules['torch'] = None; from kinema.cost import main; main(['--help'])"
    text = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    for word in ("multiply-adds", "published", "--size", "--json", "Examples", "448x1024"):
        assert word in text


def test_without_torch_the_command_names_the_remedy():
    program = "import sys; sys.modules['torch'] = None; from kinema.cost import main; sys.exit(main(['flownet_s']))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'kinema[torch]'" in done.stderr and "Traceback" not in done.stderr


def test_two_processes_count_what_one_does_and_in_order():
    names = ["spynet", "pwc_net", "c3d", "slow_only_r50_4x16", "fast_only_r50_32x2", "raft_small", "spynet"]
    assert measure_all(names) == [measure(name) for name in names]
    assert measure_all(names[:2], size=(128, 192)) == [measure(name, (128, 192)) for name in names[:2]]
