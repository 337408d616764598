"""FlowNet and FlowNet2: sizes, costs, conventions of the call."""

import pytest

torch = pytest.importorskip("torch")

from kinema.cost import count_macs, count_parameters
from kinema.flow.nets import flownet


@pytest.mark.parametrize(
    "build, parameters, small, large",
    [
        # Counted on NVIDIA/flownet2-pytorch built on the meta device: parameters; conv GMACs at 384x512 and 448x1024.
        (flownet.flownet_s, 38_676_506, 15.79, 36.84),
        (flownet.flownet_c, 39_175_298, 22.38, 52.22),
        (flownet.flownet_sd, 45_371_666, 25.43, 59.34),
        (flownet.flownet2_cs, 77_870_620, None, None),
        (flownet.flownet2_css, 116_565_942, None, None),
        (flownet.flownet2, 162_518_834, 99.12, 231.28),
    ],
)
def test_networks_have_the_size_and_cost_of_the_released_ones(build, parameters, small, large):
    for gmacs, size in ((small, (384, 512)), (large, (448, 1024))):
        cost = count_macs(build, (1, 3, *size), (1, 3, *size))
        assert cost.parameters == parameters
        if gmacs is not None:
            assert cost.by_operator["convolution"] / 1e9 == pytest.approx(gmacs, abs=0.005)  # two decimals are quoted


def test_the_parts_of_flownet2_have_the_size_and_cost_of_the_released_ones():
    class Inner(flownet.FlowNetS):  # on 12 channels rather than on two frames
        def forward(self, x):
            return self.estimate(x)

    inner = count_macs(lambda: Inner(channels=12), (1, 12, 384, 512))
    assert (inner.parameters, round(inner.macs / 1e9, 2)) == (38_695_322, 16.71)
    fusion = count_macs(flownet.flownet_fusion, (1, 11, 448, 1024))
    assert (fusion.parameters, round(fusion.macs / 1e9, 2)) == (581_226, 41.72)


def test_the_correlation_of_flownet_c_compares_441_displacements():
    cost = count_macs(flownet.flownet_c, (1, 3, 384, 512), (1, 3, 384, 512))
    assert cost.by_operator["correlation"] == 441 * 256 * 48 * 64


def test_flownet_c_shares_one_encoder_between_the_frames():
    names = [name for name, _ in flownet.flownet_c().named_parameters()]
    assert sum(name.startswith("conv1.") for name in names) == 2  # weight and bias
    assert count_parameters(flownet.FlowNetC().conv1) == 3 * 64 * 49 + 64
