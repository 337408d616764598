"""What a network costs: parameters and multiply-adds, computed on shapes alone.

A multiply-add counts once, and only convolutions, linear layers, matrix products, attention and correlation layers
count: the convention of the tables in this field, where "FLOPs" mostly means this. Normalisation, activations,
pooling, interpolation and warping are left out. The network is built on torch's "meta" device, which knows
shapes but holds no numbers, so that counting needs neither memory nor time. From the command line:
``python -m kinema.cost --help``. Importing this module does not import torch.
"""

import argparse
import importlib
import json
import sys
from dataclasses import asdict, dataclass
from typing import NamedTuple

EPILOG = """\
Columns
  parameters  trainable numbers, counted in the network as built here
  published   the authors' own figure (their code's exact count where they state one), quoted; - where none is known
  input       size of each input tensor after batch and channels
  GMACs       10^9 multiply-adds of one forward pass, and what they are spent on: convolutions,
              linear layers, matrix products (attention's two among them), correlation layers.
              Normalisation, activations, pooling, interpolation and warping are not counted.
              Papers often call these "FLOPs".

Nothing is stored: every number but the published one is computed when you ask. Inputs that a network must pad
are counted as padded.

Examples
  python -m kinema.cost --list
  python -m kinema.cost flownet_s pwc_net
  python -m kinema.cost all --size 448x1024
  python -m kinema.cost spynet --size 436x1024 --json
"""

# How torch's counter names its operators, and what they are called here.
OPERATORS = {
    "convolution": "convolution",
    "_convolution": "convolution",
    "cudnn_convolution": "convolution",
    "mm": "linear",
    "addmm": "linear",
    "bmm": "matmul",
    "baddbmm": "matmul",
}


class Model(NamedTuple):
    """A row of `MODELS`."""

    builder: str  # "module:function"; called without arguments it returns the network
    shapes: tuple  # shape of each input tensor of one forward pass, batch first
    published: int | str | None  # parameters the authors state: exactly, or as they print them ("6.23 M")
    source: str  # where they state it, or what was built
    note: str = ""  # shown in the list, such as NOT_TRAINED


def _pair(height=384, width=512):
    """Shapes of two colour frames."""
    return ((1, 3, height, width),) * 2


NOT_TRAINED = "run, but too heavy to train in the tests"
FLOWNET = "kinema.flow.nets.flownet"
MODELS = {
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
    "lite_flow_net": Model("kinema.flow.nets.liteflownet:lite_flow_net", _pair(), "5.37 M", "Hui, Tang & Loy (2018); figure from twhui/LiteFlowNet, README", "a hundredth over the figure"),
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


@dataclass(frozen=True)
class Cost:
    """Parameters and multiply-adds of one forward pass; `by_operator` splits the latter and sums to `macs`."""

    parameters: int
    macs: int
    by_operator: dict[str, int]


def count_parameters(net):
    """Number of trainable numbers in `net`; one that is shared counts once."""
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


def _correlation_counter():
    """A torch mode that adds up the multiply-adds of `kinema`'s correlation layers in its `macs`."""
    from torch.overrides import TorchFunctionMode

    from kinema.flow.nets.layers import correlation

    class Counter(TorchFunctionMode):
        macs = 0

        def __torch_function__(self, function, types, args=(), kwargs=None):
            result = function(*args, **(kwargs or {}))
            if function is correlation:
                self.macs += result.numel() * args[0].shape[1]
            return result

    return Counter()


def count_macs(build_or_net, *shapes):
    """Cost of one forward pass on inputs of the given shapes.

    Parameters
    ----------
    build_or_net : callable or torch.nn.Module
        A function without arguments that builds the network (then it never takes up memory), or a network, of which
        a copy is counted in its present mode. A network just built is counted in evaluation mode.
    *shapes : tuple of int
        Shape of each input tensor, batch included: (1, 3, 384, 512), (1, 3, 384, 512) for two frames.

    Returns
    -------
    Cost
        Multiply-adds counted once. A network that must look at numbers to go on cannot run on shapes alone.

    Raises
    ------
    ValueError
        If no shape is given.
    """
    import copy

    import torch
    from torch.utils.flop_counter import FlopCounterMode

    if not shapes:
        raise ValueError("no input shape given: count_macs(net, (1, 3, 384, 512), (1, 3, 384, 512)), say")
    if isinstance(build_or_net, torch.nn.Module):
        net = copy.deepcopy(build_or_net).to("meta")
    else:
        with torch.device("meta"):
            net = build_or_net().eval()
    inputs = [torch.empty(shape, device="meta") for shape in shapes]
    flops, correlations = FlopCounterMode(display=False), _correlation_counter()
    with torch.no_grad(), torch.device("meta"), flops, correlations:
        net(*inputs)
    macs = {}
    for operator, count in flops.get_flop_counts().get("Global", {}).items():
        name = str(operator).split(".")[-1]
        kind = OPERATORS.get(name, "matmul" if "attention" in name else name)  # fused attention: two products
        macs[kind] = macs.get(kind, 0) + count // 2  # torch counts a multiply-add as two
    if correlations.macs:
        macs["correlation"] = correlations.macs
    return Cost(count_parameters(net), sum(macs.values()), macs)


def resized(shapes, size):
    """`shapes` with their last axes replaced by `size`: (448, 1024) for frames, (8, 224, 224) for clips."""
    if any(len(size) > len(shape) - 2 for shape in shapes):
        raise ValueError(
            f"--size has {len(size)} numbers, but inputs of shape {shapes[0]} have fewer after batch and channels"
        )
    return tuple((*shape[: len(shape) - len(size)], *size) for shape in shapes)


def measure(name, size=None):
    """Cost of the registered network `name`, at its default input or with the last axes of `size`.

    Returns
    -------
    dict
        name, parameters, published, source, input (shapes), macs, by_operator.
    """
    if name not in MODELS:
        raise ValueError(f"no network called {name!r}; there are: {', '.join(MODELS)}")
    model = MODELS[name]
    shapes = model.shapes if size is None else resized(model.shapes, size)
    module, function = model.builder.split(":")
    cost = count_macs(getattr(importlib.import_module(module), function), *shapes)
    return {"name": name, "published": model.published, "source": model.source, "input": shapes, **asdict(cost)}


def as_printed(published):
    """A published number of parameters as text, "-" where there is none."""
    return "-" if published is None else f"{published:,}" if isinstance(published, int) else published


def agrees(parameters, published):
    """Whether a count is the published one, to as many digits as were printed; None where none was.

    ``agrees(6_227_224, "6.23 M")`` is true.
    """
    if published is None:
        return None
    if isinstance(published, int):
        return parameters == published
    digits = published.removesuffix(" M")
    return f"{parameters / 1e6:.{len(digits.partition('.')[2])}f}" == digits


def table(rows):
    """`rows` of `measure` as lines of text."""
    kinds = list(dict.fromkeys(kind for row in rows for kind in row["by_operator"]))
    header = ["network", "parameters", "published", "input", "GMACs", *kinds]
    lines = [header]
    for row in rows:
        published = as_printed(row["published"])
        sizes = list(dict.fromkeys("x".join(map(str, shape[2:])) for shape in row["input"]))
        gmacs = [row["macs"], *(row["by_operator"].get(kind, 0) for kind in kinds)]
        counts = [f"{m / 1e9:.3f}" for m in gmacs]
        lines.append([row["name"], f"{row['parameters']:,}", published, ", ".join(sizes), *counts])
    first, *rest = (max(map(len, column)) for column in zip(*lines, strict=True))
    return ["  ".join([name.ljust(first), *map(str.rjust, cells, rest)]) for name, *cells in lines]


def listing():
    """One line per registered network."""
    width = max(map(len, MODELS))
    return [f"{name.ljust(width)}  {m.source}{f' ({m.note})' if m.note else ''}" for name, m in MODELS.items()]


def parse_size(text):
    """(448, 1024) of "448x1024"."""
    try:
        size = tuple(int(part) for part in text.lower().split("x"))
    except ValueError:
        size = ()
    if len(size) < 2 or min(size) < 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no size: write HEIGHTxWIDTH, such as 448x1024 (clips: FRAMESxHEIGHTxWIDTH)"
        )
    return size


def build_parser():
    """The command's options; its help is its manual."""
    parser = argparse.ArgumentParser(
        prog="python -m kinema.cost",
        description="Count the parameters and multiply-adds of the course's networks.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="networks to count, or all; see --list")
    parser.add_argument(
        "--size", metavar="HxW", type=parse_size, help="input size, pixels; default: each network's own (column input)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, multiply-adds as whole numbers, not a table")
    parser.add_argument("--list", action="store_true", help="list the networks and their sources, count nothing")
    return parser


def _measured(name, size):
    """`measure`, with what torch says of an impossible size as one line."""
    try:
        return measure(name, size)
    except (RuntimeError, OverflowError, TypeError) as error:
        given = "x".join(map(str, size)) if size else "its own size"
        raise ValueError(f"{name} cannot take {given}: {str(error).splitlines()[0]}") from error


def main(argv=None):
    """Run the command; returns its exit status."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    try:
        if arguments.list:
            print("\n".join(listing()))
            return 0
        if not arguments.names:
            raise ValueError("name at least one network, or all; --list shows them")
        names = list(MODELS) if "all" in arguments.names else arguments.names
        rows = [_measured(name, arguments.size) for name in names]
        print(json.dumps(rows, indent=2) if arguments.json else "\n".join(table(rows)))
    except ModuleNotFoundError as error:
        remedy = "install PyTorch (pip install 'kinema[torch]')" if error.name == "torch" else "reinstall the package"
        print(f"error: {error}: {remedy}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
