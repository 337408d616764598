"""Networks that learn optical flow, as `kinema.cost` knows them."""

from kinema.cost.models import Model

NOT_TRAINED = "run, but too heavy to train in the tests"
FLOWNET = "kinema.flow.nets.flownet"


def _pair(height=384, width=512):
    """Shapes of two colour frames."""
    return ((1, 3, height, width),) * 2


FLOW = {
    "flownet_s": Model(f"{FLOWNET}:flownet_s", _pair(), None, "Dosovitskiy et al. (2015)"),
    "flownet_c": Model(f"{FLOWNET}:flownet_c", _pair(), 39_175_298, "NVIDIA/flownet2-pytorch, networks/FlowNetC.py"),
    "flownet_sd": Model(f"{FLOWNET}:flownet_sd", _pair(), 45_371_666, "NVIDIA/flownet2-pytorch, networks/FlowNetSD.py"),
    "flownet_fusion": Model(
        f"{FLOWNET}:flownet_fusion", ((1, 11, 384, 512),), 581_226, "NVIDIA/flownet2-pytorch, networks/FlowNetFusion.py"
    ),
    "flownet2_cs": Model(f"{FLOWNET}:flownet2_cs", _pair(), None, "Ilg et al. (2017)", NOT_TRAINED),
    "flownet2_css": Model(f"{FLOWNET}:flownet2_css", _pair(), None, "Ilg et al. (2017)", NOT_TRAINED),
    "flownet2": Model(
        f"{FLOWNET}:flownet2", _pair(), 162_518_834, "NVIDIA/flownet2-pytorch/models.py", NOT_TRAINED
    ),
    "spynet": Model("kinema.flow.nets.spynet:spynet", _pair(), "1.2 M", "Ranjan & Black (2017), 5 levels"),
    "spynet6": Model("kinema.flow.nets.spynet:spynet6", _pair(), None, "sniklaus/pytorch-spynet, 6 levels"),
    "pwc_net": Model("kinema.flow.nets.pwcnet:pwc_net", _pair(), "9.37 M", "authors' PyTorch release; figure from gengshan-y/VCN, README"),
    "pwc_net_clean": Model("kinema.flow.nets.pwcnet:pwc_net_clean", _pair(), None, "visinf/irr, models/pwcnet.py"),
    "lite_flow_net": Model("kinema.flow.nets.liteflownet:lite_flow_net", _pair(), "5.37 M", "Hui, Tang & Loy (2018); figure from twhui/LiteFlowNet, README", expected="5,381,969 by the released layers, which is 5.38 however one rounds"),
    "tiny_flow_net": Model("kinema.flow.nets.tiny:tiny_flow_net", _pair(), None, "this course"),
    "pwc_net_irr": Model("kinema.flow.nets.irr_pwc:pwc_net_irr", _pair(), None, "visinf/irr, models/pwcnet_irr.py"),
    "irr_pwc": Model("kinema.flow.nets.irr_pwc:irr_pwc", _pair(), "6.36 M", "Hur & Roth (2019); visinf/irr, models/IRR_PWC.py"),
    "hd3": Model("kinema.flow.nets.hd3:hd3", _pair(), None, "ucbdrive/hd3, HD3F"),
    "hd3_context": Model("kinema.flow.nets.hd3:hd3_context", _pair(), "39.9 M", "ucbdrive/hd3, with context; figure from twhui/LiteFlowNet, README"),
    "vcn": Model("kinema.flow.nets.vcn:vcn", _pair(), "6.23 M", "gengshan-y/VCN, README"),
    "vcn_small": Model("kinema.flow.nets.vcn:vcn_small", _pair(), None, "gengshan-y/VCN, models/VCN_small.py"),
    "raft_large": Model("kinema.flow.nets.raft:raft_large", _pair(), 5_257_536, "torchvision, raft_large, 12 updates"),
    "raft_small": Model("kinema.flow.nets.raft:raft_small", _pair(), 990_162, "torchvision, raft_small, 12 updates"),
}
