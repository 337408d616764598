"""Given frames go in clean, and cost nothing."""

import numpy as np
import pytest

from kinema.diffusion.conditioning import masked_loss, mix, noised_input
from kinema.diffusion.noising import q_sample
from kinema.diffusion.schedules import cosine_schedule

ALPHA_BAR = cosine_schedule(100)
RNG = np.random.default_rng(0)
X0, EPS, SAID = RNG.standard_normal((3, 2, 3, 4, 5, 6))
OBSERVED = np.array([[True, False, False, True], [False, False, True, False]])
T = np.array([20, 90])


def test_given_frames_enter_clean_and_the_others_noised(put, get, same_kind, dtype):
    x0 = put(X0, dtype)
    x = noised_input(x0, put(OBSERVED), put(T), put(EPS, dtype), alpha_bar=put(ALPHA_BAR))
    same_kind(x, x0)
    noised = q_sample(X0, T, EPS, alpha_bar=ALPHA_BAR)
    for b in range(2):
        for f in range(4):
            assert np.allclose(get(x)[b, :, f], (X0 if OBSERVED[b, f] else noised)[b, :, f], atol=1e-6)


@pytest.mark.parametrize("kind", ["eps", "x0", "v"])
def test_the_loss_is_the_mean_over_frames_to_be_made(put, kind):
    a = ALPHA_BAR[T].reshape(2, 1, 1, 1, 1)
    wanted = {"eps": EPS, "x0": X0, "v": np.sqrt(a) * EPS - np.sqrt(1 - a) * X0}[kind]
    squares = [((SAID - wanted)[b, :, f] ** 2).mean() for b in range(2) for f in range(4) if not OBSERVED[b, f]]
    loss = masked_loss(put(SAID), put(X0), put(OBSERVED), put(T), put(EPS), kind=kind, alpha_bar=put(ALPHA_BAR))
    assert float(loss) == pytest.approx(np.mean(squares))


def test_what_is_said_of_given_frames_changes_nothing_nor_does_their_noise(put):
    def loss(said, eps):
        return float(masked_loss(put(said), put(X0), put(OBSERVED), put(T), put(eps), alpha_bar=put(ALPHA_BAR)))

    seen = OBSERVED[:, None, :, None, None]
    assert loss(np.where(seen, 1e3, SAID), EPS) == loss(SAID, EPS) == loss(SAID, np.where(seen, -7.0, EPS))
    assert loss(SAID + 1, EPS) != loss(SAID, EPS)


def test_no_gradient_reaches_what_was_said_of_given_frames():
    torch = pytest.importorskip("torch")
    said = torch.from_numpy(SAID).requires_grad_()
    x0, observed, t, eps, alpha_bar = (torch.from_numpy(x) for x in (X0, OBSERVED, T, EPS, ALPHA_BAR))
    masked_loss(said, x0, observed, t, eps, alpha_bar=alpha_bar).backward()
    reached = said.grad.abs().amax(dim=(1, 3, 4)) > 0
    assert torch.equal(reached, ~observed)


def test_masks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="need \\(2, 4\\)"):
        mix(X0, EPS, OBSERVED[:, :3])
    with pytest.raises(ValueError, match="at least one to be made"):
        mix(X0, EPS, np.ones((2, 4), dtype=bool))
