"""The benchmark of training steps, without a GPU: it trains, reports what fails, and says where there is none."""

import importlib.util
import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

FILE = Path(__file__).parents[2] / "benchmarks" / "training.py"
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("benchmark_of_training", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tiny():
    return torch.nn.Sequential(torch.nn.Conv3d(3, 4, 3), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool3d(1), torch.nn.Flatten(), torch.nn.Linear(4, 2))


@pytest.mark.parametrize("half", [False, True])
def test_the_loss_falls_from_step_to_step(bench, half):
    found = bench.train_steps(tiny, (2, 3, 4, 8, 8), CPU, half, steps=4)
    assert len(found["losses"]) == 5 and found["losses"][-1] < found["losses"][0]
    assert found["seconds"] > 0 and found["peak_gib"] is None


def test_both_precisions_of_both_networks_are_reported_and_a_failure_hides_none(bench):
    def broken():
        raise RuntimeError("no such net")

    found = bench.measure(CPU, {"broken": (broken, (2, 3, 4, 8, 8)), "tiny": (tiny, (2, 3, 4, 8, 8))})
    assert found["broken"]["error"] == "RuntimeError: no such net" and "float32" not in found["broken"]
    assert found["tiny"]["bfloat16_speedup"] == pytest.approx(found["tiny"]["float32"]["seconds"] / found["tiny"]["bfloat16"]["seconds"], abs=0.01)
    assert json.loads(json.dumps(found)) == found


def test_a_loss_that_is_no_number_is_an_error(bench):
    def wild():
        net = tiny()
        with torch.no_grad():
            net[-1].bias.fill_(float("nan"))
        return net

    with pytest.raises(RuntimeError, match="no number"):
        bench.train_steps(wild, (2, 3, 4, 8, 8), CPU, False)


def test_without_a_gpu_it_says_so(bench, monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert bench.main([]) == 0 and "no CUDA GPU here" in capsys.readouterr().out


def test_the_networks_are_the_published_ones(bench):
    counted = {name: sum(p.numel() for p in build().parameters()) for name, (build, _) in bench.SYSTEMS.items()}
    assert counted == {"c3d": 79_991_015, "nonlocal_r50": 35_401_936}
