"""Networks that come trained: small files, made by the recipe beside them, that answer as recorded."""

import pytest

torch = pytest.importorskip("torch")

from kinema.recognition import trained as module
from kinema.recognition.trained import NETS, RECIPES, judged, main, make, recorded, trained


@pytest.mark.parametrize("name", RECIPES)
def test_a_file_is_small_and_made_by_the_recipe_as_it_stands(name):
    assert (NETS / f"{name}.pt").stat().st_size < 1_000_000
    assert recorded(name)["settings"] == RECIPES[name].settings()


@pytest.mark.parametrize("name", RECIPES)
def test_it_answers_unseen_clips_as_recorded_and_stays_as_it_is(name):
    net = trained(name)
    assert not net.training and not any(p.requires_grad for p in net.parameters())
    assert judged(name, net) == pytest.approx(recorded(name)["right"], abs=0.01) and recorded(name)["right"] > 0.9


@pytest.mark.slow
def test_the_recipe_makes_as_good_a_network_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(module, "NETS", tmp_path)
    with pytest.raises(FileNotFoundError, match="textures --record makes it"):
        trained("textures")
    assert main(["textures", "--record"]) == 0
    again = recorded("textures")
    assert again["right"] > 0.88 and f"{again['right']:.1%} right of 320 unseen clips" in capsys.readouterr().out
    # Trained on other clips it would be another network: first layers of the same seed and clips stay alike.
    monkeypatch.setattr(module, "NETS", NETS)
    kept = recorded("textures")["weights"]["0.weight"].float().flatten()
    assert torch.corrcoef(torch.stack([again["weights"]["0.weight"].float().flatten(), kept]))[0, 1] > 0.8


def test_an_unknown_name_or_a_missing_file_is_one_clear_line(tmp_path, monkeypatch, capsys):
    with pytest.raises(ValueError, match="name must be one of 'textures'"):
        make("faces")
    monkeypatch.setattr(module, "NETS", tmp_path)
    assert main(["textures"]) == 1
    assert "error: " in (message := capsys.readouterr().err) and "--record makes it" in message
