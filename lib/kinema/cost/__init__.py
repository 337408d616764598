"""What a network costs: parameters and multiply-adds, computed on shapes alone.

A multiply-add counts once, and only convolutions, linear layers, matrix products, attention and correlation layers
count: the convention of the tables in this field, where "FLOPs" mostly means this. Normalisation, activations,
pooling, interpolation and warping are left out. The network is built on torch's "meta" device, which knows
shapes but holds no numbers, so that counting needs neither memory nor time. From the command line:
``python -m kinema.cost --help``. Importing this module does not import torch.
"""

from kinema.cost.command import main
from kinema.cost.counting import Cost, count_macs, count_parameters
from kinema.cost.flow_models import FLOW
from kinema.cost.models import Model, agrees, as_printed, status
from kinema.cost.recognition_models import RECOGNITION
from kinema.cost.registry import MODELS, measure, measure_all

__all__ = [
    "FLOW",
    "MODELS",
    "RECOGNITION",
    "Cost",
    "Model",
    "agrees",
    "as_printed",
    "count_macs",
    "count_parameters",
    "main",
    "measure",
    "measure_all",
    "status",
]
