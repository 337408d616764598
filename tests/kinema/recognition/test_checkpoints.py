"""The same network elsewhere: its weights find their places here, and the outputs agree."""

import pytest

torch = pytest.importorskip("torch")

from kinema.recognition import c3d, image, inception3d, resnet3d
from kinema.recognition.checkpoints import load_official


def shaken(net):
    """`net` in evaluation, with statistics as if it had been trained: fresh ones would hide a wrong place."""
    torch.manual_seed(0)
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d | torch.nn.BatchNorm3d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 2)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(std=0.1)
    return net.eval()


VIDEO = {
    "r3d_18": resnet3d.r3d_18,
    "mc3_18": resnet3d.mc3_18,
    "r2plus1d_18": resnet3d.r2plus1d_18_torchvision,
    "s3d": inception3d.s3d,
}
PICTURE = {"resnet18": image.resnet18, "resnet50": image.resnet50, "vgg16": image.vgg16}


@pytest.mark.parametrize("name", VIDEO)
def test_torchvisions_video_networks_compute_the_same_from_the_same_weights(name, torchvision, city_clip):
    torch.manual_seed(0)
    theirs, ours = shaken(getattr(torchvision.models.video, name)()), VIDEO[name]().eval()
    load_official(ours, theirs.state_dict())
    # s3d pools 7 x 7 maps at its end, which needs the published size.
    clip = city_clip(16, 224) if name == "s3d" else city_clip(8, 64)
    with torch.no_grad():
        expected, found = theirs(clip), ours(clip)
    assert (found - expected).abs().max() <= 1e-5 * max(1, expected.abs().max())
    assert expected.std() > 1e-3


@pytest.mark.parametrize("name", PICTURE)
def test_torchvisions_picture_networks_do_too(name, torchvision, city_clip):
    torch.manual_seed(0)
    theirs, ours = shaken(getattr(torchvision.models, name)()), PICTURE[name]().eval()
    load_official(ours, theirs.state_dict())
    frame = city_clip(1, 224)[:, :, 0]
    with torch.no_grad():
        expected, found = theirs(frame), ours(frame)
    assert (found - expected).abs().max() <= 1e-5 * max(1, expected.abs().max())


# DavideA/c3d-pytorch, C3D_model.py: the Sports-1M weights, converted.
C3D = {
    "conv1": (64, 3), "conv2": (128, 64), "conv3a": (256, 128), "conv3b": (256, 256), "conv4a": (512, 256),
    "conv4b": (512, 512), "conv5a": (512, 512), "conv5b": (512, 512),
}  # fmt: skip
C3D_HEAD = {"fc6": (4096, 8192), "fc7": (4096, 4096), "fc8": (487, 4096)}


def official_c3d():
    shapes = {**{name: (*shape, 3, 3, 3) for name, shape in C3D.items()}, **C3D_HEAD}
    state = {f"{name}.weight": torch.zeros(shape) for name, shape in shapes.items()}
    return {**state, **{f"{name}.bias": torch.full(shape[:1], float(k)) for k, (name, shape) in enumerate(shapes.items())}}


def test_c3d_reads_its_released_names():
    with torch.device("meta"):
        net = c3d.c3d()
    net.to_empty(device="cpu")
    load_official(net, official_c3d())
    order = [*(layer[0] for stage in net.stages for layer in stage if isinstance(layer, torch.nn.Sequential)),
             net.fc6, net.fc7, net.classifier]  # fmt: skip
    assert [layer.bias[0].item() for layer in order] == list(range(11))


def test_other_weights_are_refused_and_nothing_is_changed():
    net = resnet3d.r3d_18()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with pytest.raises(ValueError, match="these weights do not fit ResNet3D: missing"):
        load_official(net, official_c3d())
    state = {f"wrong.{k}": v for k, v in before.items()}
    with pytest.raises(ValueError, match="unexpected wrong.stem"):
        load_official(net, state)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
