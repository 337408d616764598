"""Segments, relations, compressed films, frames, layouts: small parts against their definitions."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from kinema.recognition import to_clip, to_frames
from kinema.recognition.compressed import accumulate, as_input
from kinema.recognition.eco import eco_full
from kinema.recognition.frames import SingleFrame, StackedFrames, single_frame_resnet18
from kinema.recognition.inception3d import SameConv, i3d, pad_same
from kinema.recognition.relations import Relations
from kinema.recognition.segments import TemporalSegments, freeze_norm, rgb_difference, segment_starts


def test_segments_are_equal_parts_and_snippets_lie_inside():
    assert segment_starts(90, 3, 10) == [10, 40, 70]
    rng = np.random.default_rng(0)
    for length, segments, snippet in [(90, 3, 10), (7, 3, 2), (5, 5, 1), (4, 3, 4), (10, 3, 5)]:
        for starts in [segment_starts(length, segments, snippet)] + [
            segment_starts(length, segments, snippet, rng=rng) for _ in range(20)
        ]:
            assert len(starts) == segments and starts == sorted(starts)
            assert all(0 <= s <= length - snippet for s in starts)
    with pytest.raises(ValueError, match="does not fit into a video of 3"):
        segment_starts(3, 2, 4)


def test_the_consensus_is_of_scores_and_the_loss_reaches_every_segment():
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 3))
    snippets = torch.randn(2, 4, 3, 2, 2, requires_grad=True)
    scores = TemporalSegments(net)(snippets)
    assert torch.allclose(scores, torch.stack([net(snippets[:, k]) for k in range(4)]).mean(dim=0))
    scores.sum().backward()
    assert (snippets.grad.abs().sum(dim=(2, 3, 4)) > 0).all()
    most = TemporalSegments(net, consensus="max")(snippets)
    assert torch.equal(most, torch.stack([net(snippets[:, k]) for k in range(4)]).amax(dim=0))


def test_partial_normalisation_freezes_all_but_the_first():
    net = single_frame_resnet18(2, width=8).train()
    assert freeze_norm(net) == 19                                                # ResNet-18 has 20
    norms = [m for m in net.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    before = [n.running_mean.clone() for n in norms]
    net(torch.rand(2, 3, 2, 32, 32))
    changed = [not torch.equal(n.running_mean, b) for n, b in zip(norms, before, strict=True)]
    assert changed == [True] + [False] * 19


def test_differences_are_stacked_in_order():
    clip = torch.arange(4.0).reshape(1, 1, 4, 1, 1) ** 2 * torch.tensor([1.0, 10.0]).reshape(1, 2, 1, 1, 1)
    assert rgb_difference(clip).flatten().tolist() == [1, 10, 3, 30, 5, 50]


def test_relations_read_frames_in_order_and_the_whole_once():
    torch.manual_seed(0)
    head = Relations(5, 4, 3).eval()
    features = torch.randn(2, 5, 4)
    assert head.sizes == (5, 4, 3, 2)
    assert [len(head.chosen(c)) for c in head.choices] == [1, 3, 3, 3]
    assert all(tuple(sorted(s)) == s for c in head.choices for s in c)
    total = sum(net(features[:, list(s)].flatten(1)) for c, net in zip(head.choices, head.heads, strict=True) for s in head.chosen(c))
    assert torch.allclose(head(features), total, atol=1e-6)
    assert not torch.allclose(head(features), head(features.flip(1)))
    head.train()
    assert len({tuple(head.chosen(head.choices[3])) for _ in range(20)}) > 5     # drawn anew
    with pytest.raises(ValueError, match="built for 5 frames"):
        head(features[:, :4])


def decoded(picture, vectors, residuals):
    """Frames as a decoder makes them, each from the one before."""
    frames, (H, W) = [picture], picture.shape[1:]
    y, x = np.mgrid[:H, :W]
    for vector, residual in zip(vectors, residuals, strict=True):
        from_x, from_y = np.clip(x - vector[0], 0, W - 1), np.clip(y - vector[1], 0, H - 1)
        frames.append(frames[-1][:, from_y, from_x] + residual)
    return frames[1:]


def test_accumulated_vectors_and_residuals_decode_from_the_whole_picture_alone(put, get, same_kind):
    rng = np.random.default_rng(0)
    picture = rng.normal(size=(3, 9, 11))
    vectors, residuals = rng.integers(-3, 4, (6, 2, 9, 11)), rng.normal(size=(6, 3, 9, 11))
    motion, correction = accumulate(put(vectors), put(residuals))
    same_kind(motion, put(vectors))
    same_kind(correction, put(residuals))
    motion, correction = get(motion), get(correction)
    y, x = np.mgrid[:9, :11]
    for t, frame in enumerate(decoded(picture, vectors, residuals)):
        assert np.allclose(picture[:, y - motion[t, 1], x - motion[t, 0]] + correction[t], frame)
    # Border clipping included: every traced place lies inside.
    assert ((x - motion[:, 0] >= 0) & (x - motion[:, 0] < 11) & (y - motion[:, 1] >= 0)).all()


def test_motion_vectors_that_are_no_whole_pixels_are_refused():
    with pytest.raises(ValueError, match="whole pixels"):
        accumulate(np.zeros((2, 2, 4, 4)), np.zeros((2, 3, 4, 4)))
    with pytest.raises(ValueError, match="disagree"):
        accumulate(np.zeros((2, 2, 4, 4), int), np.zeros((2, 3, 4, 5)))
    with pytest.raises(ValueError, match="signed whole pixels"):
        accumulate(np.zeros((2, 2, 4, 4), np.uint8), np.zeros((2, 3, 4, 4)))
    assert as_input(np.array([[40, -10]])).tolist() == [[1.0, -0.5]]


def test_vectors_of_few_bits_are_traced_through_large_frames():
    rng = np.random.default_rng(1)
    vectors, residuals = rng.integers(-9, 10, (2, 2, 256, 340)), rng.normal(size=(2, 1, 256, 340))
    wide, narrow = accumulate(vectors, residuals), accumulate(vectors.astype(np.int16), residuals)
    assert narrow[0].dtype == np.int16 and np.array_equal(wide[0], narrow[0]) and np.array_equal(wide[1], narrow[1])


def test_a_single_frame_net_cannot_see_order_and_a_stacked_one_can():
    torch.manual_seed(0)
    clip = torch.rand(1, 3, 4, 8, 8)
    picture = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(192, 2))
    single = SingleFrame(picture)
    assert torch.allclose(single(clip), single(clip.flip(2)))
    stacked = StackedFrames(torch.nn.Conv2d(12, 2, 3), frames=4)
    assert not torch.allclose(stacked(clip), stacked(clip.flip(2)))
    with pytest.raises(ValueError, match="built for 4 frames"):
        stacked(clip[:, :, :3])
    with pytest.raises(ValueError, match="a clip for this network is"):
        single(clip.transpose(1, 2))


def test_a_stacked_first_layer_is_a_3d_convolution_as_deep_as_the_clip():
    torch.manual_seed(0)
    flat, clip = torch.nn.Conv2d(12, 5, 3), torch.rand(2, 3, 4, 8, 8)
    deep = flat.weight.unflatten(1, (4, 3)).transpose(1, 2)                      # (5, 3, 4, 3, 3)
    answer = torch.nn.functional.conv3d(clip, deep, flat.bias)
    assert answer.shape[2] == 1                                                  # and time is gone
    assert torch.allclose(StackedFrames(flat, frames=4)(clip), answer[:, :, 0], atol=1e-5)


def test_same_padding_puts_the_odd_pixel_after():
    x = torch.ones(1, 1, 5, 6, 7)
    assert pad_same(x, 7, 2).shape[2:] == (11, 11, 13)
    padded = pad_same(torch.ones(1, 1, 1, 1, 6), (1, 1, 3), (1, 1, 2))[0, 0, 0, 0]
    assert padded.tolist() == [1, 1, 1, 1, 1, 1, 0]                              # total 1: none before
    for size in range(1, 12):
        assert SameConv(1, 1, 3, 2)(torch.zeros(2, 1, 4, 4, size)).shape[-1] == -(-size // 2)


def test_i3d_maps_shrink_as_published():
    with torch.device("meta"):
        net, clip = i3d().eval(), torch.empty(1, 3, 64, 224, 224)
        assert net.body(clip).shape[1:] == (1024, 8, 7, 7)
        assert net.features(clip).shape == (1, 1024, 7)


def test_the_full_eco_sees_order_in_its_3d_part_only():
    torch.manual_seed(0)
    net = eco_full(3, width=0.125).eval()
    clip = torch.rand(1, 3, 4, 64, 64)
    a, b = net.features(clip), net.features(clip.flip(2))
    counts = net.body3d[-1].second[0].out_channels
    assert not torch.allclose(a[:, :counts], b[:, :counts])
    assert torch.allclose(a[:, counts:], b[:, counts:], atol=1e-5)


def test_layouts_there_and_back():
    frames = torch.linspace(0, 1, 2 * 3 * 4 * 3).reshape(2, 3, 4, 3)
    clip = to_clip(frames)
    assert clip.shape == (1, 3, 2, 3, 4) and clip.is_contiguous()
    assert all(clip[0, c, t, y, x] == frames[t, y, x, c] for t in range(2) for y in range(3) for x in range(4) for c in range(3))
    assert torch.equal(to_frames(clip), frames)
    assert to_clip(np.full((2, 3, 4, 3), 255, np.uint8), normalize="signed").unique().tolist() == [1.0]
    assert to_clip(np.zeros((2, 3, 4))).shape == (1, 1, 2, 3, 4)
    for bad in (np.zeros((3, 4)), np.zeros((2, 3, 4, 7))):
        with pytest.raises(ValueError, match="frames must be"):
            to_clip(bad)
    with pytest.raises(ValueError, match="statistics are of three"):
        to_clip(np.zeros((2, 3, 4, 1)), normalize="imagenet")
    for bad, message in ((np.zeros((2, 3, 4, 3), int), "must be bytes"), (255 * np.ones((2, 3, 4, 3)), "divide by 255"), (np.full((2, 3, 4), np.nan), "brightness")):
        with pytest.raises(ValueError, match=message):
            to_clip(bad)
    with pytest.raises(ValueError, match="a clip is"):
        to_frames(torch.zeros(2, 3, 4, 5, 6))
