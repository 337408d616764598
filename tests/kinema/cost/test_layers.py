"""Receptive fields by arithmetic: against published ones, and against what a perturbation changes."""

from bisect import bisect_left

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn

from kinema.cost import MODELS
from kinema.cost.layers import WHOLE, layers, receptive_field
from kinema.recognition.c3d import c3d, depth_net
from kinema.recognition.eco import eco_lite
from kinema.recognition.frames import single_frame_resnet18, stacked_resnet18
from kinema.recognition.image import vgg16
from kinema.recognition.inception3d import i3d, s3d
from kinema.recognition.non_local import NonLocal, attention
from kinema.recognition.resnet3d import r2plus1d_18, r3d_18
from kinema.recognition.segments import tsn

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


def test_a_layer_must_be_named_where_none_sees_a_known_part():
    with pytest.raises(ValueError, match="no layer sees a known part of the input"):
        receptive_field(nn.Sequential(nn.AdaptiveAvgPool3d(1), nn.Flatten()), (1, 3, 8, 8, 8))
    with pytest.raises(ValueError, match="no layer called ''"):
        receptive_field(nn.Sequential(nn.Conv3d(3, 3, 3)), (1, 3, 8, 8, 8), layer="")
    with pytest.raises(ValueError, match="the field of 1 was lost on the way"):
        receptive_field(nn.Sequential(nn.Conv3d(3, 3, 3), nn.Upsample(scale_factor=2)), (1, 3, 8, 8, 8), layer="1")


class Reached(Exception):
    """The layer's output; what comes after it need not run."""


def seen_when_lit(net, shape, layer, axes=(2, 3, 4)):
    """How far along each axis of the input a layer's middle output sees: exact, for a net of means and largest values.

    A black input is lit up to a slice, or from one on. Nothing in such a net is negative, so that nothing cancels: the
    output is 0 if and only if it sees no light.
    """
    def stop(_, __, y):
        raise Reached(y)

    net = net.double().eval()
    for parameter in net.parameters():
        value = 1 / parameter[0].numel() if parameter.ndim > 1 else 1
        torch.nn.init.constant_(parameter, value)
    for module in net.modules():
        if getattr(module, "bias", None) is not None:
            torch.nn.init.zeros_(module.bias)
    net.get_submodule(layer).register_forward_hook(stop)

    def light(axis, lit):
        x = torch.zeros(shape, dtype=torch.float64)
        x.movedim(axis, 0)[lit] = 1
        try:
            with torch.no_grad():
                net(x)
        except Reached as reached:
            y = reached.args[0].movedim(1, -1)
            return bool(y[tuple(n // 2 for n in y.shape[:-1])].max() > 0)

    found = []
    for axis in axes:
        n = shape[axis]
        first = bisect_left(range(n), True, key=lambda k, a=axis: light(a, slice(0, k + 1)))
        end = n - bisect_left(range(n), True, key=lambda k, a=axis: light(a, slice(n - 1 - k, None)))
        found.append(WHOLE if (first, end) == (0, n) else end - first)
    return tuple(found)


@pytest.mark.parametrize(
    "build, shape, layer, size",
    [
        (lambda: r3d_18(2, width=2), (1, 3, 16, 32, 32), "stages.0", (11, 23, 23)),
        (lambda: r2plus1d_18(2, width=2), (1, 3, 20, 48, 48), "stages.1.0", (17, 35, 35)),
        (lambda: c3d(2, width=2, hidden=2, clip=(24, 48, 48)), (1, 3, 24, 48, 48), "stages.2.pool3", (16, 30, 30)),
        (lambda: i3d(2, width=1 / 32), (1, 3, 20, 64, 64), "body.5", (15, 43, 43)),
        (lambda: eco_lite(2, width=1 / 16), (1, 3, 4, 144, 144), "body3d.0.first", (3, 123, 123)),
        (lambda: single_frame_resnet18(2, width=2), (1, 3, 4, 96, 96), "net.stages.0", (1, 43, 43)),
        (lambda: stacked_resnet18(2, width=2, frames=4), (1, 3, 4, 96, 96), "net.stages.0", (WHOLE, 43, 43)),
    ],
)
def test_a_network_sees_what_changes_it(build, shape, layer, size):
    field = receptive_field(build, shape, layer=layer)
    assert field.size == size == seen_when_lit(build(), shape, layer)


def test_snippets_that_join_the_batch_do_not_see_each_other():
    shape = (1, 3, 3, 112, 112)                                                  # (B, K, C, H, W)
    field = receptive_field(lambda: tsn(2, width=1 / 16), shape, layer="net.blocks.3a")
    assert field.size == (1, 59, 59) == seen_when_lit(tsn(2, width=1 / 16), shape, "net.blocks.3a", axes=(1, 3, 4))


@pytest.mark.parametrize(
    "name, size", [("tsn", (1, 7, 7)), ("stacked_resnet18", (WHOLE, 7, 7)), ("st_resnet50", (1, 7, 7))]
)
def test_the_first_convolution_sees_seven_pixels_however_the_frames_come(name, size):
    first = layers(MODELS[name].build, *MODELS[name].shapes)[0]
    assert first.kind == "Conv2d" and first.field.size == size and first.field.step == (1, 2, 2)


def test_channels_that_are_stacked_frames_keep_one_frame_until_something_reads_them_all():
    x = (1, 3, 4, 12, 12)
    stacked = After(lambda x: x.transpose(1, 2).flatten(1, 2))
    assert field_of(nn.Sequential(stacked, nn.MaxPool2d(2)), x) == (1, 2, 2)
    assert field_of(nn.Sequential(stacked, nn.Conv2d(12, 2, 3)), x) == (WHOLE, 3, 3)
    assert field_of(nn.Sequential(stacked, nn.Conv2d(12, 12, 3, groups=4)), x) is None


class After(nn.Module):
    """A function as a layer."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *x):
        return self.function(*x)


def field_of(net, shape=(1, 3, 12, 12, 12)):
    """Size of the last layer's field, None where it is lost."""
    field = layers(net, shape)[-1].field
    return field and field.size


def behind(function, kernel=(3, 3, 3)):
    """A convolution, then a function."""
    return nn.Sequential(nn.Conv3d(3, 4, kernel), After(function))


@pytest.mark.parametrize(
    "turn", [lambda x: x.transpose(2, 4), lambda x: x.permute(0, 1, 4, 3, 2), lambda x: x.swapaxes(-1, 2)]
)
def test_fields_turn_with_the_axes(turn):
    net = nn.Sequential(nn.Conv3d(3, 3, (5, 1, 1)), After(turn), nn.Conv3d(3, 3, (1, 1, 3)))
    assert field_of(net) == (7, 1, 1)
    back = nn.Sequential(*net[:2], After(lambda x: x.movedim((4, 3, 2), (2, 3, 4))), nn.Conv3d(3, 3, (1, 1, 3)))
    assert field_of(back) == (5, 1, 3)


@pytest.mark.parametrize(
    "function, size",
    [
        (nn.AdaptiveAvgPool3d(1), (WHOLE, WHOLE, WHOLE)),
        (nn.AdaptiveMaxPool3d(1), (WHOLE, WHOLE, WHOLE)),
        (nn.AdaptiveAvgPool3d((None, 1, 1)), (3, WHOLE, WHOLE)),
        (nn.AdaptiveAvgPool3d(5), (4, 4, 4)),                                    # of 10: pairs
        (nn.AdaptiveAvgPool3d(4), None),                                         # of 10: windows differ
        (nn.MaxPool3d(3, dilation=2, stride=1), (7, 7, 7)),
        (nn.MaxPool3d((2, 1, 1), return_indices=True), (4, 3, 3)),
        (nn.Upsample(scale_factor=2), None),
        (nn.ConvTranspose3d(4, 2, 2, stride=2), None),
        (lambda x: torch.diff(x, dim=2), (4, 3, 3)),
        (lambda x: torch.diff(x, n=2, dim=-1), (3, 3, 5)),
        (lambda x: x.mean(dim=1), (3, 3, 3)),
        (lambda x: x.softmax(dim=1), (3, 3, 3)),
        (lambda x: torch.softmax(x, 2), (WHOLE, 3, 3)),
        (lambda x: x.mean(dim=(3, 4)), (3, WHOLE, WHOLE)),
        (lambda x: x.max(dim=2).values, (WHOLE, 3, 3)),
        (lambda x: x * x.mean(dim=(2, 3, 4), keepdim=True).sigmoid(), (WHOLE, WHOLE, WHOLE)),
        (lambda x: x.sum(), (WHOLE, WHOLE, WHOLE)),
        (lambda x: x.flatten(2), (3, 3, 3)),
        (lambda x: x.flatten(0, 1), (3, 3, 3)),
        (lambda x: x.reshape(2, 2, 10, 10, 10).unflatten(2, (1, 10)), (3, 3, 3)),
        (lambda x: torch.cat([x, x.relu()], dim=1), (3, 3, 3)),
        (lambda x: torch.cat([x, x], dim=2), None),
        (lambda x: x[:, :, 1:] - x[:, :, :-1], (4, 3, 3)),
        (lambda x: x[:, :, 0] + x[:, :, 5], (8, 3, 3)),
        (lambda x: x - x[:, :, :1], None),
        (lambda x: torch.stack([x[:, :, 0], x[:, :, 5]], dim=2), None),
        (lambda x: x.flip(2), None),
        (lambda x: x.cumsum(dim=2), None),
        (lambda x: torch.where(x > 0, x, torch.zeros_like(x)), (3, 3, 3)),
        (lambda x: x.flatten(3).reshape(1, 4, 50, 20), None),                    # cuts frames and rows anew
        (lambda x: torch.einsum("bcthw,bcshw->bts", x, x), None),                # a pair of frames, not a box
    ],
)
def test_what_a_function_does_to_the_field(function, size):
    assert field_of(behind(function)) == size


def test_writing_in_place_counts():
    def add(x):
        y = x.clone()
        y += nn.functional.max_pool3d(x, 3, stride=1, padding=1)
        return y

    def write(x):
        y = torch.zeros_like(x)
        y[:, :, 1:] = x[:, :, :-1]
        return y

    assert field_of(behind(add)) == (5, 5, 5)
    assert field_of(behind(write)) is None


def test_steps_follow_strides_and_a_branch_with_another_step_is_lost():
    net = behind(lambda x: x[:, :, ::2])
    assert layers(net, (1, 3, 12, 12, 12))[-1].field.step == (2, 1, 1)
    assert field_of(nn.Sequential(net, nn.Conv3d(4, 1, (3, 1, 1)))) == (7, 3, 3)
    assert field_of(behind(lambda x: x[:, :, :5] + x[:, :, ::2])) is None


def test_attention_along_time_alone_keeps_the_pixels_apart():
    def along_time(x):                                                           # (B, C, T, H, W)
        B, C, T, H, W = x.shape
        y = x.permute(0, 3, 4, 2, 1).reshape(B * H * W, T, C)
        y, _ = attention(y, y, y)
        return y.reshape(B, H, W, T, C).permute(0, 4, 3, 1, 2)

    assert field_of(behind(along_time)) == (WHOLE, 3, 3)
    fused = behind(lambda x: nn.functional.scaled_dot_product_attention(*[x.flatten(2).mT] * 3))
    assert field_of(fused) == (WHOLE, WHOLE, WHOLE)


def test_what_was_lost_stays_lost():
    net = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv3d(3, 2, 3), nn.ReLU(), nn.AdaptiveAvgPool3d(1))
    assert [entry.field for entry in layers(net, (1, 3, 8, 8, 8))] == [None] * 4
