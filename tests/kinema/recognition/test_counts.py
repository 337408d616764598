"""What the networks weigh and cost, against independent counts of the published layers.

Where a comment names no other source, the counts were made with the authors' or torchvision's own implementation, or
from their layer lists; the convention is multiply-adds of convolutions, linear layers and matrix products.
"""

import pytest

torch = pytest.importorskip("torch")

from kinema.cost import MODELS, count_macs, count_parameters
from kinema.recognition import artnet, bottleneck3d, c3d, inception3d, resnet3d
from kinema.recognition.feature_bank import FeatureBankOperator
from kinema.recognition.relations import Relations

# Registered network: (parameters, or None where only the cost is known, 10^9 multiply-adds).
COUNTS = {
    "c3d": (79_991_015, 38.5490),
    "c3d_ucf101": (78_409_573, 38.5474),
    "c3d_unpadded": (64_960_016, 38.5339),
    "depth_1": (14_344_933, 6.4289),
    "depth_3": (17_444_965, 19.2611),
    "depth_5": (20_544_997, 32.0933),
    "depth_7": (23_645_029, 44.9255),
    "depth_3_3_5_5_7": (21_573_733, 24.1165),
    "depth_7_5_5_3_3": (18_189_157, 31.7465),
    "r3d_18": (33_371_472, 40.697),
    "mc3_18": (11_695_440, 43.343),
    "r2plus1d_18_torchvision": (31_505_325, 40.519),
    "r2plus1d_18": (None, 41.496),
    "r2plus1d_34": (None, 152.356),
    "r2plus1d_34_flow": (None, 152.134),
    "r2plus1d_34_two_stream": (None, 304.49),
    "r3d_34": (None, 150.756),
    "i3d": (12_697_264, 111.153),
    "i3d_two_stream": (12_697_264 + 12_675_312, 213.49),
    "s3d": (8_320_048, 17.979),
    "s3d_64": (8_320_048, 71.916),
    "s3d_g": (None, 71.918),
    "s3d_g_two_stream": (None, 141.32),
    "artnet_18": (None, 25.690),
    "artnet_18_plain": (None, 21.517),
    "two_stream": (90_627_813 + 90_707_781, 1.664 + 2.614),
    "two_stream_vgg16": (134_674_341 + 134_684_133, 15.467 + 15.958),
    "c2d_r50": (None, 19.4932),
    "i3d_r50": (None, 28.4077),
    "i3d_r50_unpadded": (None, 28.1094),
    "i3d_r101": (None, 46.9559),
    "i3d_nl_r50": (None, 36.5354),
    "nonlocal_r50": (None, 281.52),
    "nonlocal_r101": (None, 359.10),
}
# In millions, to the digits given.
MILLIONS = {
    "r2plus1d_18": "33.371", "r2plus1d_34": "63.697", "r3d_34": "63.681", "s3d_g": "9.549", "artnet_18": "39.68",
    "artnet_18_plain": "37.85", "c2d_r50": "24.33", "i3d_r50": "28.04", "i3d_r101": "51.75", "i3d_nl_r50": "35.40",
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_parameters_and_cost_are_those_of_the_published_layers(name):
    parameters, gmacs = COUNTS[name]
    model = MODELS[name]
    cost = count_macs(model.build, *model.shapes)
    assert abs(cost.macs / 1e9 - gmacs) < 0.05 * min(1, gmacs / 10)  # 0.05, and less where the whole is little
    if parameters is not None:
        assert cost.parameters == parameters
    if name in MILLIONS:
        digits = len(MILLIONS[name].split(".")[1])
        assert f"{cost.parameters / 1e6:.{digits}f}" == MILLIONS[name]


def test_convolutions_of_c3d_alone():
    def of(net):
        return count_parameters(net) - sum(count_parameters(m) for m in (net.fc6, net.fc7, net.classifier))

    with torch.device("meta"):
        assert of(c3d.c3d()) == 27_655_936
        assert of(c3d.c3d_unpadded()) == 27_661_440
        depths = {d: of(c3d.depth_net((d,) * 5)) for d in (1, 3, 5, 7)}
    assert depths == {1: 1_550_976, 3: 4_651_008, 5: 7_751_040, 7: 10_851_072}
    # The paper: neighbours differ by 17 thousand, depth 1 and 7 by 51. One forgotten factor apart:
    assert depths[3] - depths[1] == 3_100_032 and depths[7] - depths[1] == 9_300_096
    assert (64 + 128 + 256 + 256 + 256) * 9 * 2 == 17_280 and 3 * 17_280 == 51_840


def test_attention_products_of_the_long_net():
    model = MODELS["nonlocal_r50"]
    cost = count_macs(model.build, *model.shapes)
    assert cost.by_operator["matmul"] / 1e9 == pytest.approx(2 * 40.80, abs=0.01)
    assert cost.by_operator["convolution"] / 1e9 == pytest.approx(173.07 + 26.84 + 1.36, abs=1.5)


def test_the_classifier_of_i3d_and_the_stem_of_r2plus1d():
    with torch.device("meta"):
        net = inception3d.i3d()
        assert count_parameters(net) - count_parameters(net.classifier) == 12_287_264
        assert resnet3d.r2plus1d_34().stem[0][0].out_channels == 45


def test_middle_channels():
    assert [resnet3d.middle_channels(*pair) for pair in ((64, 64), (64, 128), (128, 128))] == [144, 230, 288]
    for cin, cout in ((3, 64), (64, 128), (256, 512)):
        middle = resnet3d.middle_channels(cin, cout)
        split, whole = 9 * cin * middle + 3 * middle * cout, 27 * cin * cout
        assert split <= whole < split + 9 * cin + 3 * cout


def test_the_bank_operator_and_the_relations_head():
    with torch.device("meta"):
        assert count_parameters(FeatureBankOperator()) == 4_199_424
        assert count_parameters(Relations(8, 256, 174)) == 2_608_578
        assert (FeatureBankOperator().out_features + 1) * 80 == 204_880


def test_padding_of_the_first_pool_is_the_difference_between_two_printed_costs():
    shapes = MODELS["nonlocal_r50"].shapes
    unpadded = count_macs(lambda: bottleneck3d.nonlocal_r50(pool_padding=0), *shapes)
    assert unpadded.macs / 1e9 == pytest.approx(280.16, abs=0.01)


def test_the_shapes_of_the_c3d_table():
    net = c3d.c3d()
    maps = [tuple(m.shape[1:]) for m in net.maps(torch.zeros(1, 3, 16, 112, 112))]
    assert maps == [(64, 16, 56, 56), (128, 8, 28, 28), (256, 4, 14, 14), (512, 2, 7, 7), (512, 1, 4, 4)]
    assert net.fc6.in_features == 8192 and c3d.c3d_unpadded().fc6.in_features == 4608


def test_relation_weights_of_artnet_are_fixed():
    smart = artnet.Smart(4, 8)
    assert not smart.pairs.weight.requires_grad
    x = torch.rand(1, 8, 2, 3, 3)
    assert torch.allclose(smart.pairs(x), (x[:, 0::2] + x[:, 1::2]) / 2)
