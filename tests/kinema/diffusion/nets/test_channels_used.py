"""Every channel that a convolution of the published networks is given carries something, skip connections among them.

A parameter may be alive while half of its inputs are not: a map that is joined but never filled leaves no dead tensor.
"""

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: there are no networks to test")

from kinema.diffusion.nets import fdm, make_a_video, mcvd, ramvid, rvd, vdm

STEPS = torch.tensor([3, 700])
SMALL = {"width": 16, "multipliers": (1, 2, 2), "attend": (2,), "blocks": 1}


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def clip(frames, seed=0):
    return noise(2, 3, frames, 16, 16, seed=seed)


def of_fdm(net):
    return net(clip(3), STEPS, torch.tensor([[0, 5, 9]] * 2), torch.tensor([[True, False, False]] * 2))


def of_rvd(net):
    past = clip(3, seed=1)
    return net(clip(2), STEPS, past) + net.means(past, 2)


NETS = {
    "fdm": (lambda: fdm.FDM(**SMALL), of_fdm),
    "ramvid": (lambda: ramvid.RaMViD(**SMALL), lambda net: net(clip(3), STEPS)),
    "rvd": (lambda: rvd.RVD(width=8, multipliers=(1, 2, 2), mean_multipliers=(1, 2, 2)), of_rvd),
    "mcvd": (lambda: mcvd.MCVD(past=2, future=1, **SMALL), lambda net: net(clip(5), STEPS, clip(2, 1), clip(1, 2))),
    "mcvd_spatin": (
        lambda: mcvd.MCVD(past=2, future=1, spatin=8, **SMALL), lambda net: net(clip(5), STEPS, clip(2, 1), clip(1, 2))
    ),
    "vdm": (lambda: vdm.VDM(width=8, multipliers=(1, 2, 2)), lambda net: net(clip(3), STEPS, images=1)),
    "make_a_video": (lambda: make_a_video.MakeAVideo(image=8, head_channels=8, **SMALL), lambda net: net(clip(3), STEPS)),
}  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_no_input_channel_of_a_convolution_is_empty(name):
    build, call = NETS[name]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = build()
        for parameter in net.parameters():                              # fresh zeros would hide a connection
            if parameter.ndim > 1:
                torch.nn.init.normal_(parameter, std=parameter[0].numel() ** -0.5)
    output = call(net)
    (output * noise(*output.shape, seed=9)).sum().backward()
    convolutions = {n: m for n, m in net.named_modules() if isinstance(m, torch.nn.Conv2d | torch.nn.Conv3d)}
    empty = {n for n, m in convolutions.items() if not m.weight.grad.flatten(2).abs().sum(dim=(0, 2)).all()}
    assert convolutions and not empty
