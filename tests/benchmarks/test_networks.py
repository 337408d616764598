"""Our networks beside other people's: the same answers from the same weights, and times that are taken in turns."""

import json

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("pytorchvideo", reason="pytorchvideo is not installed: networks are not compared with it")

from benchmarks import networks
from benchmarks.peers import for_pytorchvideo
from kinema.recognition.slowfast import slowfast_r50_4x16


def test_slowfast_answers_as_pytorchvideo_s_does_with_the_same_weights(torchvision):
    torch.manual_seed(3)
    ours, theirs, clip, given = networks.slowfast_pair()
    with torch.inference_mode():
        want, got = theirs.eval()(given(clip)), ours.eval()(clip)
        assert torch.allclose(got, want, rtol=0, atol=1e-5 * want.abs().max().item())
        # Both are awake: another frame gives another answer.
        other = clip.clone()
        other[:, :, 9] = 0
        assert (ours(other) - got).abs().max() > 1e-4 * want.abs().max()


def test_every_name_of_ours_is_one_of_theirs_once():
    ours = slowfast_r50_4x16(5).state_dict()
    names = list(for_pytorchvideo(ours))
    assert len(set(names)) == len(ours) and not any("#" in n or "+" in n for n in names)
    assert "blocks.3.multipathway_blocks.1.res_blocks.0.branch2.conv_b.weight" in names


def pair_of(answers):
    """Two networks of one number each."""

    def make():
        nets = [torch.nn.Linear(1, 1) for _ in answers]
        for net, answer in zip(nets, answers, strict=True):
            torch.nn.init.zeros_(net.weight)
            torch.nn.init.constant_(net.bias, answer)
        return *nets, torch.ones(1, 1), lambda clip: clip

    return make


def test_the_command_prints_and_writes_ratio_and_difference(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(networks, "PAIRS", {"small": pair_of((1.0, 1.25))})
    assert networks.main(["--repeats", "1", "--json", str(tmp_path / "n.json")]) == 0
    assert "answers differ by 2.5e-01" in capsys.readouterr().out
    written = json.loads((tmp_path / "n.json").read_text())
    of = written["networks"]["small"]
    assert of["ratio"] == pytest.approx(of["ours"] / of["theirs"]) and of["largest_difference"] == 0.25
    assert written["machine"]["cores"] >= 1


def test_a_peer_that_is_missing_is_named(monkeypatch, capsys):
    def missing():
        raise ImportError("pytorchvideo is not installed: make setup installs it")

    monkeypatch.setattr(networks, "PAIRS", {"small": missing})
    assert networks.main([]) == 1
    assert capsys.readouterr().err == "error: pytorchvideo is not installed: make setup installs it\n"
