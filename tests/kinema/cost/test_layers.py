"""Receptive fields by arithmetic: against published ones, and against what a perturbation changes."""

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn

from kinema.cost.layers import WHOLE, layers, receptive_field
from kinema.recognition.c3d import c3d, depth_net
from kinema.recognition.image import vgg16
from kinema.recognition.inception3d import s3d
from kinema.recognition.non_local import NonLocal
from kinema.recognition.resnet3d import r2plus1d_18, r3d_18

CLIP = (1, 3, 16, 112, 112)


def test_c3d_sees_68_frames_by_134_pixels_which_is_more_than_its_clip_is_long():
    fields = {entry.name.split(".")[2]: entry.field for entry in layers(c3d, CLIP) if entry.name.startswith("stages")}
    seen = {name: field.size[:2] for name, field in fields.items()}
    assert seen == {
        "conv1a": (3, 3), "pool1": (3, 4), "conv2a": (5, 8), "pool2": (6, 10), "conv3a": (10, 18), "conv3b": (14, 26),
        "pool3": (16, 30), "conv4a": (24, 46), "conv4b": (32, 62), "pool4": (36, 70), "conv5a": (52, 102),
        "conv5b": (68, 134), "pool5": (76, 150),
    }  # fmt: skip
    assert fields["pool5"].step == (16, 32, 32)


@pytest.mark.parametrize(
    "depths, frames",
    [((1,) * 5, 8), ((3,) * 5, 40), ((5,) * 5, 72), ((7,) * 5, 104), ((3, 3, 5, 5, 7), 84), ((7, 5, 5, 3, 3), 50)],
)
def test_the_depth_nets_see_as_many_frames_as_their_kernels_say(depths, frames):
    field = receptive_field(lambda: depth_net(depths), CLIP, layer="stages.4.conv5a")
    assert field.size == (frames, 78, 78)


def test_vgg_16_sees_404_pixels_in_its_first_linear_layer():
    # fc6 on a 7 x 7 map of step 32 behind pool5's 212 pixels: 212 + 6 * 32 (the lecture's "RF 404 x 404").
    net = vgg16()
    convolutions = nn.Sequential(*(layer for stage in net.stages for layer in (*stage, nn.MaxPool2d(2))))
    field = receptive_field(nn.Sequential(convolutions, nn.Conv2d(512, 4096, 7)), (1, 3, 224, 224))
    assert field.size == (404, 404)
    assert [f.size[0] for f in (receptive_field(nn.Sequential(*convolutions[:n]), (1, 3, 224, 224)) for n in (4, 9, 16, 23, 30))] == [5, 14, 40, 92, 196]


def reach(net, shape):
    """What a gradient of the middle output reaches: exact, but for zeros that happen by chance."""
    x = torch.rand(shape, requires_grad=True)
    y = net(x)
    y[(0, 0, *(n // 2 for n in y.shape[2:]))].backward()
    touched = x.grad[0].abs().sum(dim=0) > 0
    return tuple(int(touched.any(dim=tuple(a for a in range(3) if a != axis)).sum()) for axis in range(3))


def test_a_gradient_reaches_exactly_as_far():
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv3d(3, 4, (3, 5, 1), stride=(1, 2, 1), padding=(1, 2, 0)), nn.AvgPool3d((1, 2, 2)),
        nn.Conv3d(4, 4, 3, dilation=(2, 1, 1), padding=(2, 1, 1)), nn.AvgPool3d(2),
        nn.Conv3d(4, 2, 3, padding=1),
    )  # fmt: skip
    shape = (1, 3, 40, 80, 40)
    assert receptive_field(net, shape).size == reach(net, shape)


def test_where_branches_meet_the_longest_counts():
    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            self.long, self.short = nn.Conv3d(3, 2, 5, padding=2), nn.Conv3d(3, 2, 1)
            self.end = nn.Conv3d(4, 1, 3, padding=1)

        def forward(self, x):
            return self.end(torch.cat([self.short(x), self.long(x)], dim=1))

    net = Both()
    assert receptive_field(net, (1, 3, 16, 16, 16)).size == (7, 7, 7) == reach(net, (1, 3, 16, 16, 16))


def test_a_split_convolution_sees_what_the_whole_one_does():
    (stage,) = (entry for entry in layers(r2plus1d_18, CLIP, depth=2) if entry.name == "stages.3")
    (twin,) = (entry for entry in layers(r3d_18, CLIP, depth=2) if entry.name == "stages.3")
    assert stage.field == twin.field and stage.shape == twin.shape
    stem = receptive_field(r2plus1d_18, CLIP, layer="stem")
    assert stem.size == (3, 7, 7) and stem.step == (1, 2, 2)
    assert receptive_field(s3d, (1, 3, 64, 224, 224), layer="body.0").size == (7, 7, 7)


def test_attention_sees_everything():
    entry = [e for e in layers(nn.Sequential(nn.Conv3d(3, 8, 3), NonLocal(8)), (1, 3, 6, 12, 12)) if e.name == "1.out"]
    assert entry[0].field.size == (WHOLE, WHOLE, WHOLE)


def test_an_unknown_layer_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="no layer called 'conv9'; there are: 0, 1"):
        receptive_field(nn.Sequential(nn.Conv3d(3, 3, 3), nn.ReLU()), (1, 3, 8, 8, 8), layer="conv9")
