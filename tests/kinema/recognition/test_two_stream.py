"""Stacks of flow, averages of scores, fusion inside the network."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from kinema.recognition import fusion, st_resnet
from kinema.recognition.averaging import log_mean_probability
from kinema.recognition.two_stream import TwoStream, i3d_two_stream, late_fusion, softmax, stack_flow, two_stream


def test_channels_are_u1_v1_u2_v2_cut_and_scaled(put, get, same_kind):
    flows = np.zeros((3, 2, 4, 5))
    flows[0, 0], flows[0, 1], flows[1, 0], flows[2, 1] = 1.0, -2.0, 30.0, -50.0
    stack = stack_flow(put(flows), bound=20, centre=False)
    same_kind(stack, put(flows))
    assert get(stack).shape == (6, 4, 5)
    assert get(stack)[:, 0, 0].tolist() == [0.05, -0.1, 1.0, 0.0, 0.0, -1.0]


def test_each_channel_loses_its_own_mean(put, get):
    flows = np.random.default_rng(0).normal(3, 2, (10, 2, 6, 7))
    stack = get(stack_flow(put(flows)))
    assert stack.shape == (20, 6, 7)
    assert np.allclose(stack.mean(axis=(1, 2)), 0, atol=1e-7)
    plain = get(stack_flow(put(flows), centre=False))
    assert np.allclose(np.diff(stack, axis=2), np.diff(plain, axis=2), atol=1e-7)


def test_averaging_probabilities_is_not_averaging_scores(put, get):
    a, b = put(np.array([2.0, 0.0, 0.0])), put(np.array([0.0, 2.5, 2.4]))
    fused = get(late_fusion(a, b))
    assert fused.argmax() == 0 and (get(a) + get(b)).argmax() == 1
    assert fused.sum() == pytest.approx(1)


def test_fusion_is_blind_to_a_constant_and_safe_for_large_scores(put, get):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 5, 7)) * 3
    fused = get(late_fusion(put(a), put(b), 0.3))
    assert np.allclose(fused, get(late_fusion(put(a + 5), put(b - 2), 0.3)))
    assert np.allclose(fused, 0.7 * get(softmax(put(a))) + 0.3 * get(softmax(put(b))))
    huge = get(late_fusion(put(a * 1e4), put(b * -1e4)))
    assert np.isfinite(huge).all() and np.allclose(huge.sum(axis=-1), 1)


def test_the_logarithm_of_the_mean_is_that_of_late_fusion_and_keeps_its_gradient():
    torch.manual_seed(0)
    a, b = torch.randn(2, 4, 5, dtype=torch.float64)
    for weight in (0.0, 0.3, 1.0):
        joint = log_mean_probability(a, b, weight)
        assert torch.allclose(joint.exp(), late_fusion(a, b, weight))
    sure = torch.tensor([[60.0, 0.0, 0.0]], requires_grad=True)
    loss = torch.nn.functional.nll_loss(log_mean_probability(sure, sure), torch.tensor([1]))
    loss.backward()
    assert loss.item() == pytest.approx(60) and sure.grad.abs().max().item() == pytest.approx(1)
    with pytest.raises(ValueError, match="disagree in shape"):
        log_mean_probability(a, b[:, :3])
    with pytest.raises(ValueError, match="weight must lie"):
        log_mean_probability(a, b, -0.1)


def test_streams_average_probabilities_or_as_i3d_logits():
    a, b = torch.tensor([[2.0, 0.0, 0.0]]), torch.tensor([[0.0, 2.5, 2.4]])
    say = lambda scores: lambda _: scores  # noqa: E731
    by = {kind: TwoStream(say(a), say(b), average=kind)(None, None) for kind in ("probabilities", "logits")}
    assert by["probabilities"].argmax() == 0 and by["logits"].argmax() == 1
    assert torch.equal(TwoStream(say(a), say(b), weight=0.25, average="logits")(None, None), 0.75 * a + 0.25 * b)
    assert i3d_two_stream(2, width=0.125).average == "logits" and two_stream(2, width=12, size=64).average == "probabilities"
    with pytest.raises(ValueError, match="weight must lie"):
        TwoStream(say(a), say(b), weight=2.0)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: stack_flow(np.zeros((4, 5, 2))), "must be \\(L, 2, H, W\\)"),
        (lambda: stack_flow(np.zeros((3, 4, 5, 2))), "must be \\(L, 2, H, W\\)"),
        (lambda: stack_flow(np.zeros((3, 2, 4, 5)), bound=0), "bound must be positive"),
        (lambda: late_fusion(np.zeros(3), np.zeros(4)), "disagree in shape"),
        (lambda: late_fusion(np.zeros(3), np.zeros(3), 1.5), "weight must lie"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_fusion_layer_begins_as_the_sum_of_the_towers():
    torch.manual_seed(0)
    net = fusion.conv_fusion_vgg16(3, frames=2, width=8, size=32).eval()
    frames, stacks = torch.rand(2, 3, 4, 32, 32), torch.randn(2, 4, 4, 32, 32)
    fused, motion = net.fused(frames, stacks)
    appearance = torch.stack([net.spatial.maps(frames[:, :, t])[-1] for t in range(4)], dim=2)
    assert torch.allclose(fused, appearance + motion, atol=1e-5)
    with pytest.raises(ValueError, match="must agree in time"):
        net(frames, stacks[:, :, :3])


def test_motion_reaches_the_appearance_stream_and_never_the_other_way():
    torch.manual_seed(0)
    net = st_resnet.st_resnet50(3, frames=2, width=8).eval()
    frames, stacks = torch.rand(1, 3, 3, 64, 64), torch.randn(1, 4, 3, 64, 64)
    appearance, motion = net.scores(frames, stacks)
    moved = net.scores(frames, stacks + 1)
    seen = net.scores(frames + 1, stacks)
    assert not torch.allclose(appearance, moved[0]) and not torch.allclose(motion, moved[1])
    assert not torch.allclose(appearance, seen[0]) and torch.equal(motion, seen[1])


def test_filters_through_time_let_frames_speak_to_each_other():
    torch.manual_seed(0)
    net = st_resnet.st_resnet50(3, frames=2, width=8).eval()
    frames, stacks = torch.rand(1, 3, 4, 64, 64), torch.zeros(1, 4, 4, 64, 64)
    swapped = frames[:, :, [0, 2, 1, 3]]
    assert not torch.allclose(net(frames, stacks), net(swapped, stacks))
    still = frames[:, :, :1].expand(-1, -1, 4, -1, -1)
    assert torch.allclose(net(still, stacks), net(still.flip(2), stacks))
