"""The training loop: it learns, it resumes exactly, it shares the work, it refuses foreign checkpoints."""

import os
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch")

from kinema.recognition import training
from kinema.recognition.micro import Directions, PointLights, batch_of
from kinema.recognition.resnet3d import r3d_18
from kinema.recognition.train import main, network
from kinema.recognition.training import accuracy, correct, fit, loss_of


def small(seed=0):
    torch.manual_seed(seed)
    return torch.nn.Sequential(
        torch.nn.Conv3d(3, 8, (3, 5, 5), stride=(1, 2, 2)), torch.nn.ReLU(), torch.nn.Conv3d(8, 8, 3, stride=2),
        torch.nn.ReLU(), torch.nn.AdaptiveAvgPool3d(1), torch.nn.Flatten(), torch.nn.Dropout(0.1), torch.nn.Linear(8, 2),
    )  # fmt: skip


DATA = Directions(32, frames=6, size=16)


def test_it_learns_directions_that_it_has_not_seen():
    torch.manual_seed(0)
    net = r3d_18(2, width=8)
    unseen = Directions(64, frames=8, size=24, seed=1)
    history = fit(net, Directions(192, frames=8, size=24), epochs=4, lr=4e-3)
    assert len(history) == 4 and history[-1].loss < 0.5 * history[0].loss
    assert not net.training and accuracy(net, unseen) > 0.9


def test_being_judged_between_epochs_changes_nothing_that_is_learned():
    alone, judged, unseen = small(), small(), Directions(16, frames=6, size=16, seed=1)
    options = dict(epochs=3, batch=8, lr=1e-3)
    plain, seen = fit(alone, DATA, **options), fit(judged, DATA, unseen=unseen, **options)
    assert [(e.loss, e.accuracy) for e in plain] == [(e.loss, e.accuracy) for e in seen]
    assert all(torch.equal(a, b) for a, b in zip(alone.state_dict().values(), judged.state_dict().values(), strict=True))
    assert [e.unseen for e in plain] == [None] * 3
    assert seen[-1].unseen == accuracy(judged, unseen) and all(0 <= e.unseen <= 1 for e in seen)


def test_a_run_that_was_stopped_ends_with_the_weights_of_one_that_was_not(tmp_path, monkeypatch):
    whole, stopped, path = small(), small(), tmp_path / "run.pt"
    options = dict(epochs=4, batch=8, lr=1e-3)
    expected = fit(whole, DATA, **options)

    kept = training.save

    def save_and_stop(*arguments):
        kept(*arguments)
        if len(arguments[-1]) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(training, "save", save_and_stop)
    with pytest.raises(KeyboardInterrupt):
        fit(stopped, DATA, checkpoint=path, **options)
    monkeypatch.setattr(training, "save", kept)
    again = small(seed=5)                                                       # whatever it began with
    history = fit(again, DATA, checkpoint=path, **options)
    assert history == expected
    assert all(torch.equal(a, b) for a, b in zip(again.state_dict().values(), whole.state_dict().values(), strict=True))
    assert [p.name for p in tmp_path.iterdir()] == ["run.pt"]
    # And a third time there is nothing left to do.
    assert fit(small(), DATA, checkpoint=path, **options) == expected


def test_a_checkpoint_of_another_run_or_network_is_refused_and_kept(tmp_path):
    path = tmp_path / "run.pt"
    fit(small(), DATA, epochs=1, batch=8, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"another run .*'lr': \(0.001, 0.1\)"):
        fit(small(), DATA, epochs=1, batch=8, lr=0.1, checkpoint=path)
    other = r3d_18(2, width=8)
    kept = {k: v.clone() for k, v in other.state_dict().items()}
    with pytest.raises(ValueError, match="another network"):
        fit(other, DATA, epochs=1, batch=8, checkpoint=path)
    assert all(torch.equal(v, kept[k]) for k, v in other.state_dict().items())
    with pytest.raises(ValueError, match=r"another run .*'data': \('\w+', 'PointLights'\)"):
        fit(small(), PointLights(len(DATA), frames=8, size=24), epochs=1, batch=8, checkpoint=path)
    with pytest.raises(ValueError, match=r"another run .*'data_seed': \(0, 1\)"):
        fit(small(), Directions(32, frames=6, size=16, seed=1), epochs=1, batch=8, checkpoint=path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_checkpoint_is_said_to_be_none(tmp_path):
    path = tmp_path / "run.pt"
    torch.save({"net": {}}, path)
    with pytest.raises(ValueError, match="no checkpoint of a training run"):
        fit(small(), DATA, epochs=1, batch=8, checkpoint=path)
    path.write_bytes(b"e" * 300)
    with pytest.raises(ValueError, match="cannot be read"):
        fit(small(), DATA, epochs=1, batch=8, checkpoint=path)


def test_nothing_can_be_learned_or_judged_from_no_clips():
    empty = torch.utils.data.TensorDataset(torch.zeros(0, 3, 4, 8, 8), torch.zeros(0, dtype=torch.long))
    for call in (lambda: fit(small(), empty, epochs=1), lambda: accuracy(small(), empty)):
        with pytest.raises(ValueError, match="no clips"):
            call()


def test_labels_may_be_one_class_or_several():
    logits = torch.tensor([[2.0, -1.0, 0.5], [0.0, 1.0, 3.0]])
    assert correct(logits, torch.tensor([0, 1])) == 1
    assert correct(logits, torch.tensor([[1, 0, 1], [1, 1, 0]])) == 1
    several = torch.tensor([[1.0, 0, 1], [1, 1, 0]])
    expected = torch.nn.functional.softplus(torch.where(several > 0, -logits, logits)).mean()
    assert torch.allclose(loss_of(logits, several), expected)


PROGRAM = """
import sys, torch
from kinema.compute import join_processes
from kinema.recognition.training import fit
from kinema.recognition.micro import Directions
rank, processes = join_processes()
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Conv3d(3, 4, 3), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool3d(1), torch.nn.Flatten(), torch.nn.Linear(4, 2)).double()
class Doubles(Directions):
    def __getitem__(self, i):
        clip, label = super().__getitem__(i)
        return clip.double(), label
history = fit(net, Doubles(16, frames=4, size=12), epochs=2, batch=8, lr=1e-2)
torch.save((net.state_dict(), [(e.loss, e.accuracy) for e in history], processes), sys.argv[1] + f"/{processes}-{rank}.pt")
"""


def launch(folder, processes):
    program = folder / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, str(program), str(folder)]
    if processes > 1:
        command[1:1] = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_two_processes_share_the_batches_and_end_with_the_same_weights(tmp_path):
    launch(tmp_path, 2)
    launch(tmp_path, 1)
    (first, h0, n), (second, h1, _), (alone, h, _) = (torch.load(tmp_path / f"{name}.pt") for name in ("2-0", "2-1", "1-0"))
    assert n == 2 and h0 == h1
    for key in alone:
        assert torch.equal(first[key], second[key])
        # The same clips in each step, summed in another order.
        assert torch.allclose(first[key], alone[key], rtol=1e-6, atol=1e-9)
    assert h0 == [pytest.approx(epoch, rel=1e-6) for epoch in h]


def test_the_command_trains_prints_and_goes_on(tmp_path, capsys):
    path = str(tmp_path / "run.pt")
    arguments = ["r3d_18", "directions", "--clips", "16", "--frames", "4", "--side", "16", "--width", "4", "--epochs", "2", "-o", path]
    assert main(arguments) == 0
    first = capsys.readouterr().out
    assert [line.split()[1] for line in first.splitlines()] == ["1", "2"] and "right" in first
    assert main(arguments) == 0
    assert capsys.readouterr().out == first


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["r3d_18", "nowhere"], "no data called 'nowhere'"),
        (["raft_large", "directions"], "raft_large is no network of single clips"),
        (["r5d", "directions"], "no network called 'r5d'"),
        (["r3d_18", "ucf101:/no/such/folder"], "is missing: it comes with the data set's lists"),
        (["r3d_18", "directions", "--clips", "7"], "count must be even"),
        (["c3d", "directions", "--frames", "4", "--side", "16"], "too small for 5 pools"),
        (["tsn", "directions"], "tsn is no network of single clips: it takes snippets (B, K, C, H, W)"),
        (["tsn_flow", "directions"], "it takes snippets"),
        (["multiscale_trn", "directions", "--frames", "8"], "it takes snippets"),
        (["r2plus1d_34_flow", "directions"], "it takes (B, 2, 32, 112, 112)"),
        (["two_stream", "directions"], "it takes (B, 3, 224, 224) and (B, 20, 224, 224)"),
        (["i3d", "directions", "--width", "16"], "multiplies all channels of i3d (1 is published), got 16: give a number"),
        (["eco_lite", "directions", "--width", "0"], "between 0 and 4, such as 0.25"),
        (["r3d_18", "directions", "--width", "0.25"], "counts the channels of r3d_18's first stage (64 is published)"),
        (["depth_3", "directions", "--width", "nan"], "a whole number between 1 and 256, such as 16"),
        (["c2d_r50", "directions", "--width", "4096"], "a whole number between 1 and 256"),
        (["r2plus1d_18", "directions", "--width", "1", "--frames", "4", "--side", "16"], "r2plus1d_18 with --width 1 cannot take"),
        (["s3d", "directions", "--frames", "4", "--side", "8"], "s3d cannot take clips of 4 frames of 8 x 8 pixels (Given"),
        (["r3d_18", "two-events", "--frames", "8"], "two-events has films of its own length, 240 frames: leave out --frames"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_one_line(arguments, message, capsys):
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ") and message in said and said.count("\n") == 1


@pytest.mark.parametrize(
    "name, width, channels",
    [("i3d", 0.25, 16), ("s3d", 1, 64), ("eco_full", 0.5, 32), ("r3d_18", 16, 16), ("stacked_resnet18", 8, 8), ("depth_5", 4, 4)],
)
def test_a_width_is_a_factor_or_a_number_of_channels_as_the_network_has_it(name, width, channels):
    net = network(name, 2, frames=16, side=64, width=width)
    first = next(m for m in net.modules() if isinstance(m, torch.nn.Conv2d | torch.nn.Conv3d))
    assert first.out_channels == channels and first.weight.device.type == "cpu"


def test_trying_a_network_out_changes_no_weight_of_the_one_that_is_trained():
    torch.manual_seed(3)
    tried = network("r3d_18", 2, frames=4, side=16, width=4)
    torch.manual_seed(3)
    plain = r3d_18(2, width=4)
    assert tried.training and all(torch.equal(a, b) for a, b in zip(tried.parameters(), plain.parameters(), strict=True))


def test_a_network_of_a_fixed_length_is_built_for_that_of_the_films(capsys):
    arguments = ["stacked_resnet18", "two-events", "--clips", "4", "--side", "16", "--width", "2", "--epochs", "1", "--batch", "4"]
    assert main(arguments) == 0 and "right" in capsys.readouterr().out


def test_a_width_that_is_no_number_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["r3d_18", "directions", "--width", "wide"])
    assert "invalid number value: 'wide'" in capsys.readouterr().err


def test_batches_must_be_shareable():
    clips, labels = batch_of(DATA, [0, 1])
    assert clips.shape == (2, 3, 6, 16, 16) and labels.tolist() in ([0, 1], [1, 0])
    with pytest.raises(ValueError, match="batch must be a positive integer"):
        fit(small(), DATA, epochs=1, batch=0)
