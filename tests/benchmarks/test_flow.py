"""The dense-flow benchmark: what it measures, what its ratios are ratios of, what a record keeps."""

import json

import numpy as np
import pytest
from benchmarks import flow as bench
from benchmarks import machine
from kinema.data import load_record, moving_pair, record_names, texture, translation_flow
from kinema.metrics import epe


@pytest.fixture(scope="module")
def pairs():
    pair = moving_pair(texture(2, shortest=9), translation_flow(1.5, -0.75, (96, 112)), dtype=np.float32)
    return {"made up": (pair.I0, pair.I1, pair.flow)}


def test_a_method_that_is_right_has_no_error_and_one_that_stands_still_has_the_motions(pairs):
    truth = pairs["made up"][2]
    methods = {"right": lambda I0, I1: truth, "still": lambda I0, I1: 0 * truth, "silent": lambda I0, I1: truth * np.nan}
    rows = {r["method"]: r for r in bench.measure(methods, pairs, seconds=0)}
    speed = np.hypot(1.5, 0.75)
    assert rows["right"]["mean_epe"] == 0
    assert rows["still"]["mean_epe"] == pytest.approx(speed, rel=1e-6)
    assert rows["silent"]["mean_epe"] == pytest.approx(speed, rel=1e-6), "no answer counts as no motion"
    assert all(r["mean_ms"] > 0 for r in rows.values())


def test_every_peer_returns_flow_with_u_first_in_our_direction(pairs):
    I0, I1, truth = pairs["made up"]
    for name, method in {**bench.opencv_methods(), **bench.skimage_methods()}.items():
        found = np.asarray(method(I0, I1), np.float64)
        assert found.shape == truth.shape, name
        # Half a pixel of a motion of 1.7: swapped, mirrored or backward flow would be off by more than two.
        assert np.median(np.hypot(*(found - truth))) < 0.5, name


def test_our_methods_are_among_the_most_exact_on_a_smooth_motion(pairs):
    I0, I1, truth = pairs["made up"]
    for name, method in bench.kinema_methods().items():
        assert epe(np.asarray(method(I0, I1), np.float64), truth.astype(np.float64)) < 0.3, name


def test_ratios_are_to_our_own_two_methods():
    def row(method, error, ms):
        return {"method": method, "mean_epe": error, "mean_ms": ms}

    text = bench.table([row(bench.LUCAS_KANADE, 0.2, 10), row(bench.VARIATIONAL, 0.1, 40), row("peer", 0.4, 20)])
    peer = next(line for line in text.splitlines() if line.startswith("peer"))
    assert [float(x) for x in peer.replace("|", "").split()[1:]] == [0.4, 20, 2, 2, 4, 0.5]


def test_without_data_the_command_says_what_to_set(monkeypatch, capsys):
    monkeypatch.delenv("KINEMA_DATA", raising=False)
    assert bench.main([]) == 1
    assert "KINEMA_DATA" in capsys.readouterr().err


def test_a_record_keeps_its_machine_and_the_command_that_repeats_it(monkeypatch, tmp_path):
    from kinema.data import records

    for module in (machine, records):
        monkeypatch.setattr(module, "RECORDS", tmp_path / "records")
    path = machine.write_record("run", "make run", machine.describe("numpy", "no-such-package"), rows=[1, 2])
    assert json.loads(path.read_text()) == load_record("run")
    kept = load_record("run")
    assert kept["command"] == "make run" and kept["rows"] == [1, 2]
    assert kept["machine"]["cores"] >= 1 and kept["machine"]["processor"]
    assert kept["machine"]["packages"] == {"numpy": np.__version__, "no-such-package": None}
    assert record_names() == ("run",)


def test_an_unknown_record_names_those_there_are():
    with pytest.raises(ValueError, match=r"no record called 'nothing'; there are: .*direct_or_features"):
        load_record("nothing")
