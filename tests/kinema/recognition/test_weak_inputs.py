"""What weaker inputs keep of a clip, and what they lose."""

import pytest

torch = pytest.importorskip("torch")

from kinema.recognition.weak_inputs import WEAK, weaken


@pytest.fixture
def clip():
    return torch.rand(2, 3, 5, 12, 16, generator=torch.Generator().manual_seed(0))


def test_gray_is_one_channel_whose_weights_sum_to_one(clip):
    gray = weaken(clip, "gray")
    assert gray.shape == (2, 1, 5, 12, 16)
    assert torch.allclose(weaken(torch.full_like(clip, 0.3), "gray"), torch.full_like(gray, 0.3))
    assert torch.allclose(gray[:, 0], 0.299 * clip[:, 0] + 0.587 * clip[:, 1] + 0.114 * clip[:, 2])


def test_half_is_half_in_space_and_whole_in_time(clip):
    half = weaken(clip, "half")
    assert half.shape == (2, 3, 5, 6, 8)
    assert torch.allclose(half[:, :, 3, 2, 5], clip[:, :, 3, 4:6, 10:12].mean(dim=(2, 3)))


def test_difference_is_zero_on_what_stands_still_and_keeps_its_frames(clip):
    still = clip[:, :, :1].expand_as(clip)
    assert torch.equal(weaken(still, "difference"), torch.zeros(2, 1, 5, 12, 16))
    found, light = weaken(clip, "difference"), weaken(clip, "gray")
    assert found.shape == light.shape and not found[:, :, 0].any()
    assert torch.allclose(found[:, :, 2], light[:, :, 2] - light[:, :, 1])


def test_flow_is_the_courses_own(city_clip):
    clip = city_clip(3, 64)
    found = weaken(clip, "flow")
    assert found.shape == (1, 2, 3, 64, 64) and found.dtype == clip.dtype
    assert torch.equal(found[:, :, 2], found[:, :, 1])
    moved = torch.roll(clip[:, :, :1], 1, dims=4)
    pair = torch.cat((clip[:, :, :1], moved), dim=2)
    u, v = weaken(pair, "flow")[0, :, 0, 16:48, 16:48]
    assert abs(u.median() - 1) < 0.1 and abs(v.median()) < 0.1


def test_what_cannot_be_weakened_is_refused(clip):
    assert set(WEAK) == {"gray", "half", "difference", "flow"}
    with pytest.raises(ValueError, match="kind"):
        weaken(clip, "sepia")
    with pytest.raises(ValueError, match=r"\(B, 3, T, H, W\)"):
        weaken(clip[0], "gray")
