"""Filters that come trained: a small file, made by the recipe beside it."""

import pytest

torch = pytest.importorskip("torch")

from kinema.recognition import first_filters as module
from kinema.recognition.first_filters import KINDS, PATH, SETTINGS, first_filters, learn, main, record, untrained

SMALL = {**SETTINGS, "clips": 32, "unseen": 32, "epochs": 1}


def test_the_file_is_small_and_made_by_the_recipe_as_it_stands():
    assert PATH.stat().st_size < 100_000
    assert torch.load(PATH, weights_only=True)["settings"] == SETTINGS
    learned = first_filters()
    assert tuple(learned) == KINDS
    for kind, of in learned.items():
        start = untrained(kind).fast.stem[0][0].weight.detach()
        assert of.filters.shape == start.shape
        assert of.texture > 0.95 and of.speed > 0.75
        # It has learned, and from this very beginning: weights stay alike.
        alike = torch.corrcoef(torch.stack([of.filters.flatten(), start.flatten()]))[0, 1]
        assert 0.1 < alike < 0.99, kind


@pytest.mark.parametrize("kind", ["half", "flow"])
def test_a_short_training_learns_something_and_is_the_same_again(kind):
    one, again = learn(kind, settings=SMALL), learn(kind, settings=SMALL)
    assert torch.equal(one.filters, again.filters) and one[1:] == again[1:]
    assert not torch.equal(one.filters, untrained(kind).fast.stem[0][0].weight)
    assert 0 <= one.texture <= 1 and 0 <= one.speed <= 1


def test_what_is_recorded_is_read_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(module, "KINDS", ("gray",))
    path = record(tmp_path / "f.pt", settings=SMALL)
    of = first_filters(path)["gray"]
    want = learn("gray", settings=SMALL)
    assert torch.equal(of.filters, want.filters.half().float()) and of[1:] == want[1:]


def test_the_command_says_how_well_each_answered(capsys):
    assert main([]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == list(KINDS)


def test_a_missing_file_is_one_clear_line(tmp_path):
    with pytest.raises(FileNotFoundError, match="--record makes it"):
        first_filters(tmp_path / "none.pt")
