"""Forward time of our networks beside the same networks of torchvision and pytorchvideo.

``python -m benchmarks.networks [--repeats N] [--json FILE]``. Both of a pair get the same weights and the same clip, and
take turns in one process, so that the ratio of their times says something where the times themselves depend on the
machine. The largest difference of their answers stands beside it.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch

from benchmarks.machine import describe
from benchmarks.peers import for_pytorchvideo, import_torchvision, slowfast_r50_4x16_of_pytorchvideo
from kinema.recognition.checkpoints import load_official
from kinema.recognition.resnet3d import r2plus1d_18_torchvision
from kinema.recognition.slowfast import slowfast_r50_4x16

REPEATS = 5


def stirred(net):
    """`net` with every number of its normalisations drawn anew, so that no block is asleep as it is at the start."""
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm3d):
            for values in (module.weight, module.running_var):
                torch.nn.init.uniform_(values, 0.5, 1.5)
            for values in (module.bias, module.running_mean):
                torch.nn.init.normal_(values, 0, 0.1)
    return net


def slowfast_pair():
    """(ours, theirs, a clip, what theirs takes of it)."""
    ours, theirs = stirred(slowfast_r50_4x16()), slowfast_r50_4x16_of_pytorchvideo()
    theirs.load_state_dict(for_pytorchvideo(ours.state_dict()))
    return ours, theirs, torch.rand(1, 3, 32, 224, 224), lambda clip: [clip[:, :, ::8], clip]


def r2plus1d_pair():
    """(ours, theirs, a clip, what theirs takes of it)."""
    theirs = stirred(import_torchvision().models.video.r2plus1d_18(weights=None))
    ours = r2plus1d_18_torchvision()
    load_official(ours, theirs.state_dict())
    return ours, theirs, torch.rand(1, 3, 16, 112, 112), lambda clip: clip


PAIRS = {
    "SlowFast R50 4x16 and pytorchvideo's": slowfast_pair,
    "R(2+1)D-18 and torchvision's": r2plus1d_pair,
}


def compare(make, repeats=REPEATS):
    """Median seconds of both, their ratio, and the largest difference of their answers, as a plain dict."""
    torch.manual_seed(0)
    ours, theirs, clip, given = make()
    ours.eval(), theirs.eval()
    seconds = {"ours": [], "theirs": []}
    with torch.inference_mode():
        for _ in range(repeats + 1):
            for name, run in (("ours", lambda: ours(clip)), ("theirs", lambda: theirs(given(clip)))):
                start = time.perf_counter()
                answer = run()
                seconds[name].append(time.perf_counter() - start)
                if name == "ours":
                    said = answer
            difference = (said - answer).abs().max().item()
    middle = {name: sorted(times[1:])[repeats // 2] for name, times in seconds.items()}     # the first one warms up
    return {**middle, "ratio": middle["ours"] / middle["theirs"], "largest_difference": difference}


def main(argv=None):
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.networks", description=__doc__.partition(".")[0])
    parser.add_argument("--repeats", type=int, default=REPEATS, help=f"timed runs of each; default {REPEATS}")
    parser.add_argument("--json", type=Path, help="also write the figures and the machine's description there")
    arguments = parser.parse_args(argv)
    if arguments.repeats < 1:
        parser.error("--repeats must be at least 1")
    found = {}
    for name, make in PAIRS.items():
        try:
            found[name] = compare(make, arguments.repeats)
        except ImportError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        of = found[name]
        print(f"{name}: {of['ours']:.2f} s and {of['theirs']:.2f} s, ratio {of['ratio']:.2f}; answers differ by {of['largest_difference']:.1e}")
    if arguments.json:
        machine = describe("torch", "torchvision", "pytorchvideo")
        arguments.json.write_text(json.dumps({"machine": machine, "networks": found}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
