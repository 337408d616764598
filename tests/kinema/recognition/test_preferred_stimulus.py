"""Activation maximisation against units whose preferred stimulus is known."""

import pytest

torch = pytest.importorskip("torch")

from kinema.recognition.preferred_stimulus import out_of_range, preferred_stimulus, slow_to_fast, variation

SHAPE = (1, 1, 8, 12, 12)


def time_filter(frequency):
    """A unit that answers to the frequency of flicker, in cycles per clip, of any phase."""
    t = torch.arange(8.0)
    waves = [f(2 * torch.pi * frequency * t / 8).reshape(1, 1, 8, 1, 1) for f in (torch.cos, torch.sin)]
    return lambda x: sum((x * w).mean(dim=2).abs().mean() for w in waves)


def per_clip(unit):
    """The unit on each clip of a batch by itself."""
    return lambda x: torch.stack([unit(clip[None]) for clip in x])


def test_variation_is_mean_squared_difference_by_axis():
    x = torch.zeros(1, 2, 3, 4, 5)
    x[:, :, 1] = 1.0                                            # one bright frame: two steps in time, none in space
    assert variation(x, time=1.0) == pytest.approx(2 * 2 * 20 / 60)
    assert variation(x, space=1.0) == 0
    assert variation(x.transpose(2, 3), space=1.0) > 0
    both = variation(torch.cat([x, 2 * x]), time=torch.tensor([1.0, 3.0]))      # each clip, and each weight, for itself
    assert both.tolist() == pytest.approx([4 / 3, 4 * 3 * 4 / 3])


def test_values_within_the_range_cost_nothing():
    x = torch.full((1, 2, 1, 1, 1), 0.7)
    assert out_of_range(x) < 1e-9
    assert out_of_range(torch.cat([x, x, 2 * x])).tolist()[:2] == out_of_range(x).tolist() * 2
    assert out_of_range(2 * x) == pytest.approx((2 * 0.7 * 2**0.5 - 1) ** 2, rel=1e-4)


def test_the_unit_s_answer_climbs_and_its_frequency_is_found():
    result = preferred_stimulus(time_filter(2), [SHAPE], steps=80, space=0.1)
    assert result.activations[-1] > 3 * result.activations[0]
    spectrum = torch.fft.rfft(result.inputs[0][0, 0], dim=0).abs().mean(dim=(1, 2))
    assert spectrum.argmax() == 2


def test_a_penalty_on_change_shows_the_slow_side_of_a_unit_that_has_both():
    slow, fast = time_filter(1), time_filter(3)
    both = lambda x: slow(x) + fast(x)  # noqa: E731
    changes = []
    for weight in (0.0, 0.3, 3.0):
        x = preferred_stimulus(both, [SHAPE], steps=120, space=0.05, time=weight).inputs[0]
        changes.append(float(variation(x, time=1.0) / x.var()))
    assert changes[0] > 1.5 * changes[1] > 1.5 * changes[2]


def test_the_result_does_not_hang_on_the_seed_and_weights_stay():
    torch.manual_seed(0)
    net = torch.nn.Conv3d(1, 2, (3, 5, 5))
    before = net.weight.clone()
    unit = lambda x: net(x)[0, 0].mean()  # noqa: E731
    a, b = (preferred_stimulus(unit, [SHAPE], steps=150, space=0.2, jitter=0, seed=s).inputs[0] for s in (0, 1))
    assert torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1] > 0.7
    assert torch.equal(net.weight, before) and net.weight.grad is None


def test_each_unit_is_climbed_at_each_price():
    units = [time_filter(1), time_filter(3)]
    clips, activations = slow_to_fast([per_clip(unit) for unit in units], SHAPE[1:], (0.0, 3.0), steps=60, space=0.05)
    assert clips.shape == (2, 2, *SHAPE[1:]) and activations.shape == (2, 2)
    for j, unit in enumerate(units):
        for k, price in enumerate((0.0, 3.0)):
            alone = preferred_stimulus(unit, [SHAPE], steps=60, space=0.05, time=price)
            torch.testing.assert_close(clips[j, k], alone.inputs[0][0])
            torch.testing.assert_close(activations[j, k], alone.activations[-1, 0])
    assert (activations[:, 0] > activations[:, 1]).all()


def test_two_inputs_are_climbed_together():
    unit = lambda frame, flow: frame.mean() * flow.mean()  # noqa: E731
    result = preferred_stimulus(unit, [(1, 3, 1, 8, 8), (1, 2, 10, 8, 8)], steps=100, space=0.0)
    assert result.inputs[0].mean() * result.inputs[1].mean() > 0.1


@pytest.mark.parametrize("option, message", [({"steps": 0}, "steps must be a positive"), ({"scale": 0.0}, "scale must be positive")])
def test_what_cannot_be_climbed_is_refused(option, message):
    with pytest.raises(ValueError, match=message):
        preferred_stimulus(lambda x: x.mean(), [(1, 1, 2, 4, 4)], **option)
