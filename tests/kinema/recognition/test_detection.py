"""RoIAlign against its definition, and the detector built on it."""

import math
import sys

import pytest

torch = pytest.importorskip("torch")

from kinema.cost import count_parameters
from kinema.recognition.detection import ActionDetector, roi_align
from kinema.recognition.slowfast import NL_R101, R101


def brute_force(maps, box, b, size, scale, samples, aligned):
    """One box, point by point, in plain numbers."""
    C, H, W = maps.shape[1:]
    x1, y1, x2, y2 = (float(v) * scale - (0.5 if aligned else 0) for v in box)
    width, height = x2 - x1, y2 - y1
    if not aligned:
        width, height = max(width, 1), max(height, 1)
    nx, ny = (samples or max(1, math.ceil(side / size)) for side in (width, height))
    out = torch.zeros(C, size, size, dtype=maps.dtype)
    for i in range(size):
        for j in range(size):
            total = torch.zeros(C, dtype=maps.dtype)
            for a in range(ny):
                for c in range(nx):
                    y = y1 + height / size * (i + (a + 0.5) / ny)
                    x = x1 + width / size * (j + (c + 0.5) / nx)
                    if y < -1 or y > H or x < -1 or x > W:
                        continue
                    y, x = min(max(y, 0), H - 1), min(max(x, 0), W - 1)
                    r, s = min(int(y), H - 1), min(int(x), W - 1)
                    below, beside = min(r + 1, H - 1), min(s + 1, W - 1)
                    wy, wx = y - r, x - s
                    total += (1 - wy) * ((1 - wx) * maps[b, :, r, s] + wx * maps[b, :, r, beside])
                    total += wy * ((1 - wx) * maps[b, :, below, s] + wx * maps[b, :, below, beside])
            out[:, i, j] = total / (nx * ny)
    return out


BOXES = torch.tensor([[3.0, 5, 40, 60], [0, 0, 96, 80], [50, 20, 52, 75], [-30, -10, 20, 30], [70, 60, 130, 110]], dtype=torch.float64)
CLIPS = torch.tensor([0, 1, 1, 0, 1])


@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize("samples", [0, 2])
@pytest.mark.parametrize("size", [1, 3])
def test_each_cell_is_the_mean_of_its_points(size, samples, aligned):
    maps = torch.rand(2, 3, 10, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = roi_align(maps, BOXES, CLIPS, size=size, scale=1 / 8, samples=samples, aligned=aligned)
    for k, (box, b) in enumerate(zip(BOXES, CLIPS, strict=True)):
        assert torch.allclose(found[k], brute_force(maps, box, int(b), size, 1 / 8, samples, aligned), atol=1e-12)


@pytest.mark.parametrize("aligned", [True, False])
def test_it_is_torchvisions(torchvision, aligned):
    import torchvision.ops.roi_align  # noqa: F401 - the module, which the package hides behind its function

    written_out = sys.modules["torchvision.ops.roi_align"]._roi_align.__wrapped__  # in Python, without compiled operators
    # Boxes that stay inside: farther out this form repeats the border, where the compiled one has 0, as here.
    maps = torch.rand(2, 3, 10, 12, generator=torch.Generator().manual_seed(1))
    rows = torch.cat([CLIPS[:, None].float(), BOXES.float()], dim=1)
    theirs = written_out(maps, rows[:3], 1 / 8, 7, 7, -1, aligned)
    ours = roi_align(maps, BOXES[:3].float(), CLIPS[:3], size=7, scale=1 / 8, aligned=aligned)
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_a_ramp_is_read_where_the_box_is():
    ramp = torch.arange(20.0).expand(1, 1, 20, 20)                       # place k of the map stands for 16 k + 8 pixels
    middle = roi_align(ramp, torch.tensor([[96.0, 96, 128, 160]]), torch.tensor([0]), size=1, scale=1 / 16)
    assert middle.item() == pytest.approx((112 - 8) / 16)


def test_no_box_and_wrong_boxes():
    maps = torch.rand(2, 3, 10, 12)
    assert roi_align(maps, torch.zeros(0, 4), torch.zeros(0, dtype=torch.long)).shape == (0, 3, 7, 7)
    with pytest.raises(ValueError, match="0 to 1"):
        roi_align(maps, torch.zeros(1, 4), torch.tensor([2]))
    with pytest.raises(ValueError, match=r"\(N, 4\)"):
        roi_align(maps, torch.zeros(1, 5), torch.tensor([0]))


def test_the_detectors_have_the_published_sizes():
    with torch.device("meta"):
        assert count_parameters(ActionDetector()) / 1e6 == pytest.approx(33.829, abs=5e-4)
        large = ActionDetector(blocks=R101, lateral_kernel=5, non_local=NL_R101)
        assert count_parameters(large) / 1e6 == pytest.approx(59.342, abs=5e-4)


def test_each_person_has_verdicts_of_their_own():
    torch.manual_seed(0)
    net = ActionDetector(5, blocks=(1, 1, 1, 1), width=16, beta=1 / 4).eval()
    clip = torch.rand(2, 3, 8, 96, 128)
    boxes = torch.tensor([[10.0, 10, 60, 90], [70, 5, 120, 90], [10, 10, 60, 90]])
    clips = torch.tensor([0, 0, 1])
    with torch.no_grad():
        scores = net(clip, boxes, clips)
        assert scores.shape == (3, 5)
        assert torch.allclose(net(clip[1:], boxes[2:], torch.tensor([0])), scores[2:], atol=1e-5)
        assert not torch.allclose(scores[0], scores[1]) and not torch.allclose(scores[0], scores[2])
        x, y = net.net.maps(clip)
    assert x.shape[2:] == (2, 6, 8) and y.shape[2:] == (8, 6, 8)         # a sixteenth of 96 x 128
