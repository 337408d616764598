"""Training the small network: it learns, it goes on where it stopped, it samples what it is asked for."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from kinema.diffusion.clips.shapes import VOCABULARY, MovingShapes
from kinema.diffusion.generation import generate
from kinema.diffusion.masks import task_mask
from kinema.diffusion.nets.video_unet import VideoUNet
from kinema.diffusion.train import main
from kinema.diffusion.training import draw_batch, draw_times, fit


def small(seed=0):
    torch.manual_seed(seed)
    return VideoUNet(3, widths=(8, 16), words=len(VOCABULARY), heads=2)


FILMS = MovingShapes(50, size=16)
RUN = dict(steps=6, frames=3, length=9, batch=2, every=2, device=torch.device("cpu"))


def test_a_batch_holds_frames_of_its_films_with_their_masks_and_words():
    batch = draw_batch(FILMS, np.random.default_rng(0), batch=40, frames=3, length=9)
    assert batch.x0.shape == (40, 3, 3, 16, 16) and -1 <= batch.x0.min() < batch.x0.max() <= 1
    assert batch.times.shape == batch.observed.shape == (40, 3) and batch.words.shape == (40, len(VOCABULARY))
    assert not batch.observed.all(dim=1).any() and (batch.words.sum(dim=1) == 0).sum() > 2
    assert batch.words.sum(dim=1).max() == 4


def test_neighbours_and_scattered_frames_and_all_tasks_are_drawn():
    rng = np.random.default_rng(1)
    drawn = [draw_times(rng, 4, 30) for _ in range(600)]
    near = np.mean([np.all(np.diff(times) == 1) for times, _ in drawn])
    assert 0.45 < near < 0.75
    masks = {tuple(mask) for times, mask in drawn if np.all(np.diff(times) == 1)}
    for task, given in (("unconditional", 0), ("future", 2), ("past", 2), ("interpolation", 2)):
        assert tuple(task_mask(task, 4, given)) in masks


def test_the_loss_falls():
    _, losses = fit(small(), FILMS, **{**RUN, "steps": 150, "every": 50, "batch": 4, "lr": 3e-3})
    assert len(losses) == 3 and losses[-1] < 0.9 * losses[0]


def test_a_run_that_was_stopped_ends_as_one_that_was_not(tmp_path):
    whole, losses = fit(small(), FILMS, **RUN)
    seen = []

    def stop(average, step):
        seen.append(step)
        if step == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(small(), FILMS, **RUN, checkpoint=tmp_path / "run.pt", look=stop)
    again, more = fit(small(), FILMS, **RUN, checkpoint=tmp_path / "run.pt")
    assert seen == [2, 4] and more == losses
    assert all(torch.equal(a, b) for a, b in zip(whole.state_dict().values(), again.state_dict().values(), strict=True))


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    path = tmp_path / "run.pt"
    fit(small(), FILMS, **RUN, checkpoint=path)
    with pytest.raises(ValueError, match="another run .*'lr': \\(0.001, 0.5\\)"):
        fit(small(), FILMS, **RUN, checkpoint=path, lr=0.5)
    with pytest.raises(ValueError, match="another network"):
        fit(VideoUNet(3, widths=(8, 8), words=13, heads=2), FILMS, **RUN, checkpoint=path)
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="delete it to begin anew"):
        fit(small(), FILMS, **RUN, checkpoint=path)


@pytest.mark.parametrize("task", ["unconditional", "future", "past", "interpolation"])
def test_given_frames_come_back_untouched_and_the_others_are_made(task):
    net = small().eval()
    clip = torch.from_numpy(FILMS.frames(0, range(5))).permute(3, 0, 1, 2)[None] * 2 - 1
    mask = torch.from_numpy(task_mask(task, 5, 0 if task == "unconditional" else 2))
    hidden = torch.where(mask[:, None, None], clip, torch.full_like(clip, torch.nan))  # what is not given plays no part
    made = generate(net, hidden, mask, steps=4, seed=3)
    assert torch.equal(made[:, :, mask], clip[:, :, mask]) and torch.isfinite(made).all() and made.abs().max() <= 1
    assert torch.equal(made, generate(net, hidden, mask, steps=4, seed=3))
    assert not torch.equal(made, generate(net, hidden, mask, steps=4, seed=4))


def test_captions_steer_and_guidance_steers_more():
    net = small().eval()
    for parameter in net.parameters():  # blocks start at zero, and would not listen
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.2)
    nothing, mask = torch.zeros(1, 3, 3, 16, 16), torch.zeros(3, dtype=torch.bool)
    options = dict(steps=4, seed=1, vocabulary=VOCABULARY)
    plain, asked, more = (generate(net, nothing, mask, caption=c, guidance=w, **options) for c, w in ((None, 1), ("red", 1), ("red", 4)))
    assert not torch.equal(plain, asked) and not torch.equal(asked, more)
    with pytest.raises(ValueError, match="'purple' is unknown"):
        generate(net, nothing, mask, caption="purple", **options)


def test_the_command_trains_draws_samples_and_says_what_is_wrong(tmp_path, capsys):
    picture, path = tmp_path / "s.png", tmp_path / "run.pt"
    small_run = ["--size", "16", "--frames", "3", "--widths", "8,16", "--steps", "4", "--every", "2", "--batch", "2"]
    assert main(["shapes", *small_run, "-o", str(path), "--samples", str(picture)]) == 0
    assert "step      4  loss" in capsys.readouterr().out and picture.exists() and path.exists()
    assert main(["shapes", *small_run[:-2], "--batch", "4", "-o", str(path)]) == 1
    assert "another run" in capsys.readouterr().err
    assert main([str(tmp_path), "--size", "16"]) == 1 and "no film in" in capsys.readouterr().err
    assert main(["shapes", "--size", "20"]) == 1 and "multiple of 8" in capsys.readouterr().err
