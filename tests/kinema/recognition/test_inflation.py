"""Inflated filters answer to a still clip as the 2D filter answers to its frame."""

import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional

from kinema.recognition.inflation import inflate, inflate_conv, rgb_to_flow


@pytest.mark.parametrize("mode", ["repeat", "centre"])
@pytest.mark.parametrize("depth", [1, 3, 5])
def test_a_still_clip_gets_the_same_answer_in_every_frame(mode, depth):
    torch.manual_seed(0)
    conv = torch.nn.Conv2d(3, 4, (3, 5), stride=2, padding=(1, 2))
    frame = torch.rand(2, 3, 12, 14)
    clip = frame[:, :, None].expand(-1, -1, 7, -1, -1)
    answer = inflate_conv(conv, depth, mode=mode)(clip)
    assert answer.shape[2] == 7
    assert torch.allclose(answer, conv(frame)[:, :, None].expand_as(answer), atol=1e-6)


def test_slices_are_copies_divided_by_depth_or_the_middle_alone():
    w = torch.randn(2, 3, 3, 3)
    repeat, centre = inflate(w, 4), inflate(w, 5, mode="centre")
    assert all(torch.allclose(repeat[:, :, k], w / 4) for k in range(4))
    assert torch.equal(centre[:, :, 2], w) and centre.abs().sum() == w.abs().sum()


def test_the_two_modes_differ_as_soon_as_something_moves():
    w = torch.randn(2, 3, 3, 3)
    clip = torch.rand(1, 3, 3, 8, 8)
    a, b = (F.conv3d(clip, inflate(w, 3, mode=mode)) for mode in ("repeat", "centre"))
    assert not torch.allclose(a, b)


def test_colour_filters_become_flow_filters():
    w = torch.randn(4, 3, 3, 3)
    flow = rgb_to_flow(w, 20)
    assert flow.shape == (4, 20, 3, 3)
    assert all(torch.allclose(flow[:, k], w.mean(dim=1)) for k in range(20))
    constant = torch.ones(1, 20, 5, 5)
    colour = F.conv2d(constant[:, :3], w)
    assert torch.allclose(F.conv2d(constant, flow), colour * 20 / 3, atol=1e-5)
    assert torch.allclose(F.conv2d(constant, rgb_to_flow(w, 20, rescale=True)), colour, atol=1e-5)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: inflate(torch.zeros(3, 3), 3), "a 2D filter is"),
        (lambda: inflate(torch.zeros(1, 1, 3, 3), 4, mode="centre"), "odd where the middle"),
        (lambda: inflate(torch.zeros(1, 1, 3, 3), 0), "depth must be positive"),
        (lambda: inflate(torch.zeros(1, 1, 3, 3), 3, mode="mean"), "'repeat' or 'centre'"),
        (lambda: rgb_to_flow(torch.zeros(1, 4, 3, 3), 20), "colour filters are"),
        (lambda: rgb_to_flow(torch.zeros(1, 3, 3, 3), 0), "channels must be a positive integer"),
    ],
)
def test_what_cannot_be_inflated_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
