"""Networks that learn optical flow. This package, unlike the rest of `kinema.flow`, imports torch.

Every network is called as ``net(I0, I1)`` with frames ``(B, 3, H, W)`` in [0, 1] and returns flow ``(B, 2, H, W)``
in pixels per frame; ``net.predictions(I0, I1)`` lists all the flows it predicts on its way, to train on.
"""

from kinema.flow.nets.checkpoints import load_official
from kinema.flow.nets.flownet import flownet2, flownet2_cs, flownet2_css, flownet_c, flownet_s, flownet_sd
from kinema.flow.nets.hd3 import hd3, hd3_context
from kinema.flow.nets.irr_pwc import irr_pwc, pwc_net_irr
from kinema.flow.nets.liteflownet import lite_flow_net
from kinema.flow.nets.network import FlowNetwork
from kinema.flow.nets.pwcnet import pwc_net, pwc_net_clean
from kinema.flow.nets.raft import raft_large, raft_small
from kinema.flow.nets.spynet import spynet, spynet6
from kinema.flow.nets.tiny import make_batch, tiny_flow_net, train
from kinema.flow.nets.vcn import vcn, vcn_small

__all__ = [
    "FlowNetwork",
    "flownet2",
    "flownet2_cs",
    "flownet2_css",
    "flownet_c",
    "flownet_s",
    "flownet_sd",
    "hd3",
    "hd3_context",
    "irr_pwc",
    "lite_flow_net",
    "load_official",
    "make_batch",
    "pwc_net",
    "pwc_net_clean",
    "pwc_net_irr",
    "raft_large",
    "raft_small",
    "spynet",
    "spynet6",
    "tiny_flow_net",
    "train",
    "vcn",
    "vcn_small",
]
