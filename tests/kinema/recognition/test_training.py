"""The training loop: it learns, it resumes exactly, it shares the work, it refuses foreign checkpoints."""

import os
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch")

from kinema.recognition import training
from kinema.recognition.micro import Directions, batch_of
from kinema.recognition.resnet3d import r3d_18
from kinema.recognition.train import main
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
    with pytest.raises(ValueError, match="another network"):
        fit(r3d_18(2, width=8), DATA, epochs=1, batch=8, checkpoint=path)
    assert path.read_bytes() == before


def test_labels_may_be_one_class_or_several():
    logits = torch.tensor([[2.0, -1.0, 0.5], [0.0, 1.0, 3.0]])
    assert correct(logits, torch.tensor([0, 1])) == 1
    assert correct(logits, torch.tensor([[1, 0, 1], [1, 1, 0]])) == 1
    several = torch.tensor([[1.0, 0, 1], [1, 1, 0]])
    expected = torch.nn.functional.softplus(torch.where(several > 0, -logits, logits)).mean()
    assert torch.allclose(loss_of(logits, several), expected)


PROGRAM = """
import sys, torch
from kinema.recognition.training import fit, join_processes
from kinema.recognition.micro import Directions
rank, processes = join_processes()
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Conv3d(3, 4, 3), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool3d(1), torch.nn.Flatten(), torch.nn.Linear(4, 2)).double()
class Doubles(Directions):
    def __getitem__(self, i):
        clip, label = super().__getitem__(i)
        return clip.double(), label
history = fit(net, Doubles(16, frames=4, size=12), epochs=2, batch=8, lr=1e-2)
torch.save((net.state_dict(), [tuple(e) for e in history], processes), sys.argv[1] + f"/{processes}-{rank}.pt")
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
    ],
)
def test_what_cannot_be_trained_is_refused_in_one_line(arguments, message, capsys):
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ") and message in said and said.count("\n") == 1


def test_batches_must_be_shareable():
    clips, labels = batch_of(DATA, [0, 1])
    assert clips.shape == (2, 3, 6, 16, 16) and labels.tolist() in ([0, 1], [1, 0])
    with pytest.raises(ValueError, match="batch must be a positive integer"):
        fit(small(), DATA, epochs=1, batch=0)
