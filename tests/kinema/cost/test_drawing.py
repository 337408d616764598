"""A drawn network shows its own parts, and arrows where numbers flow."""

import xml.etree.ElementTree as ET

import pytest

torch = pytest.importorskip("torch")

from kinema.cost import MODELS
from kinema.cost.command import main
from kinema.cost.drawing import draw, parts
from torch import nn


def parts_of(name):
    return {part.name: part for part in parts(MODELS[name].build, *MODELS[name].shapes)}


def test_the_fast_pathway_tells_the_slow_one_before_each_stage_and_never_the_other_way():
    found = parts_of("slowfast_r50_4x16")
    assert len(found) == 15                                             # two stems, eight stages, four laterals, a head
    for k in range(4):
        fast = "fast.stem" if k == 0 else f"fast.stages.{k - 1}"
        slow = "slow.stem" if k == 0 else f"slow.stages.{k - 1}"
        assert found[f"laterals.{k}"].reads == (fast,)
        assert set(found[f"slow.stages.{k}"].reads) == {slow, f"laterals.{k}"}
        assert found[f"fast.stages.{k}"].reads == (fast,)
    assert set(found["head"].reads) == {"slow.stages.3", "fast.stages.3"}
    assert found["slow.stages.0"].shape == (1, 256, 4, 56, 56) and found["fast.stages.0"].shape == (1, 32, 32, 56, 56)


def test_all_parameters_of_a_network_stand_in_its_parts():
    for name in ("slowfast_r50_4x16", "slow_only_r50_4x16", "c3d", "two_stream"):
        net = MODELS[name].build()
        assert sum(part.parameters for part in parts_of(name).values()) == sum(p.numel() for p in net.parameters()), name


def test_columns_follow_the_arrows():
    class Branches(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.left, self.right = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4)
            self.again, self.join, self.last = nn.Linear(4, 4), nn.Linear(8, 4), nn.Linear(4, 2)

        def forward(self, x):
            x = torch.relu(self.first(x))
            both = torch.cat([self.left(x), self.again(self.right(x)) + x], dim=1)
            return self.last(self.join(both))

    found = {part.name: part for part in parts(Branches, (1, 4))}
    assert {n: p.place for n, p in found.items()} == {"first": 0, "left": 1, "right": 1, "again": 2, "join": 3, "last": 4}
    assert set(found["join"].reads) == {"first", "left", "again"}       # `first` by the shortcut
    assert found["first"].reads == ()


def test_what_changes_nothing_is_no_part_but_is_read_through():
    # One dropout stands behind both layers.
    found = parts_of("two_stream")
    assert not any("dropout" in name for name in found)
    assert found["spatial.fc7"].reads == ("spatial.fc6",) and found["spatial.classifier"].reads == ("spatial.fc7",)


@pytest.mark.parametrize("name", ["slowfast_r50_4x16", "c3d", "flownet_c", "raft_small"])
def test_the_picture_names_every_part_with_its_shape(name, tmp_path):
    path = draw(name, tmp_path / "net.svg")
    words = " ".join(ET.parse(path).getroot().itertext())
    for part in parts_of(name).values():
        assert part.name in words and f"{part.parameters:,}" in words
    assert draw(name, tmp_path / "again.svg").read_bytes() == path.read_bytes()


def test_the_command_draws_at_a_size(tmp_path, capsys):
    path = tmp_path / "small.svg"
    assert main(["slow_only_r50_4x16", "--clip", "2x64x64", "--draw", str(path)]) == 0
    assert "wrote" in capsys.readouterr().out
    assert "2 x 2 x 2, 2048" in " ".join(ET.parse(path).getroot().itertext())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["c3d", "r3d_18", "--draw", "a.svg"], "name just one"),
        (["c3d", "--draw", "a.docx"], ".svg, .png, .pdf"),
        (["--lecture", "--draw", "a.svg"], "give it no network"),
        (["c3d", "--clip", "1x8x8", "--draw", "a.svg"], "cannot take"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
