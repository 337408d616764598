"""All registered networks, and what is measured of one."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context

from kinema.cost.counting import count_macs
from kinema.cost.diffusion_models import DIFFUSION
from kinema.cost.flow_models import FLOW
from kinema.cost.models import status
from kinema.cost.recognition_models import RECOGNITION
from kinema.cost.slowfast_models import SLOWFAST

FEW = 6  # networks that are counted before two processes have even started
MODELS = {**FLOW, **RECOGNITION, **SLOWFAST, **DIFFUSION}


def resized(shapes, size):
    """`shapes` with their last axes replaced by `size`: (448, 1024) for frames, (8, 224, 224) for clips.

    Inputs of another kind than the first, such as a bank of features beside a clip, stay as they are.
    """
    if len(size) > len(shapes[0]) - 2:
        raise ValueError(
            f"--size has {len(size)} numbers, but inputs of shape {shapes[0]} have fewer after batch and channels"
        )
    return tuple(
        (*shape[: len(shape) - len(size)], *size) if len(shape) == len(shapes[0]) else shape for shape in shapes
    )


def check_name(name):
    """Refuse a name that is not registered, listing those that are."""
    if name not in MODELS:
        raise ValueError(f"no network called {name!r}; there are: {', '.join(MODELS)}")
    return name


def measure(name, size=None):
    """Cost of the registered network `name`, at its default input or with the last axes of `size`.

    Returns
    -------
    dict
        name, parameters, published, source, input (shapes), macs, by_operator, published_gmacs, gmacs_source, status
        (see `kinema.cost.models.status`; None at another size than the printed figure's) and expected.
    """
    model = MODELS[check_name(name)]
    shapes = model.shapes if size is None else resized(model.shapes, size)
    cost = count_macs(model.build, *shapes)
    return {
        "name": name,
        "published": model.published,
        "source": model.source,
        "input": shapes,
        **asdict(cost),
        "published_gmacs": model.gmacs,
        "gmacs_source": model.gmacs_source,
        "status": status(model, cost.parameters, cost.macs) if shapes == model.shapes else None,
        "expected": model.expected,
    }


def measure_all(names, size=None):
    """`measure` of each of `names`, in their order, two at a time.

    Each half runs in a process of its own, for counting is Python's work and not torch's. A script that calls this must
    keep its own doings under ``if __name__ == "__main__"``, as for every new process.
    """
    names = list(names)
    if len(names) < FEW:
        return [measure(name, size) for name in names]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(measure, size=size), names))
