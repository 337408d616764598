"""Every cost that the lecture prints has a row, and what differs has a reason."""

import json

import pytest

pytest.importorskip("torch")

from kinema.cost.command import main
from kinema.cost.lecture import CHARADES, COSTS, INPUTS, KINETICS, LAYERS, PATHWAYS, RATIOS, lecture_table


@pytest.fixture(scope="module")
def rows():
    return lecture_table()


def test_no_row_of_the_tables_is_missing(rows):
    count = lambda table: sum(row["table"] == table for row in rows)
    # Rows of the lecture's tables: layers (without the data layer and the head), and those of networks.
    assert [count(t) for t in ("layers", PATHWAYS, RATIOS, INPUTS, KINETICS, CHARADES)] == [6, 4, 7, 5, 18, 9]
    assert len(rows) == len(COSTS) + len(LAYERS)


def test_nothing_differs_without_a_reason(rows):
    assert [row["row"] for row in rows if row["status"] == "mismatch"] == []
    for row in rows:
        if row["status"] != "match":
            assert row["why"], row


# Row -> GFLOPs by the authors' own code, where it gives the printed figure.
MATCHES = {
    "3D R-50 8x8, t-reduce 2": 28.1094, "3D R-50 8x8, t-reduce 1": 44.9007, "Slow-only R-50 4x16": 20.8708,
    "beta 1/8": 27.6387, "beta 1/16": 23.4258, "beta 1/32": 21.9411, "grayscale": 26.0651, "optical flow": 26.8519,
    "SlowFast R50 4x16": 36.1020, "SlowFast R50": 65.7117, "SlowFast R101 + NL": 115.3722, "Nonlocal R-50": 281.52,
    "Nonlocal R-101": 359.10, "R(2+1)D": 152.356, "R(2+1)D, two streams": 304.49,
}  # fmt: skip
# On Charades the classifier has 157 classes instead of 400, which is 0.002 G at most.
CHARADES_MATCHES = {"Slow-only": 186.6163, "SlowFast": 213.0240, "SlowFast + NL": 233.9620}
DIFFER = {
    "Fast-only R-50 32x2": 5.2826, "beta 1/4": 41.038, "beta 1/6": 32.15, "beta 1/12": 25.01, "time difference": 26.0651,
    "SlowFast R101": 106.5138, "I3D": 111.153, "Two-Stream I3D": 213.49, "S3D": 71.916, "ARTNet": 25.690,
}  # fmt: skip


def test_rows_are_what_independent_counts_say(rows):
    of = {(row["table"], row["row"]): row for row in rows}
    for (table, name), row in of.items():
        if name in MATCHES and table != CHARADES:
            assert row["status"] == "match" and row["recomputed"] == pytest.approx(MATCHES[name], abs=6e-3), name
        if table == CHARADES and name in CHARADES_MATCHES:
            assert row["status"] == "match" and row["recomputed"] == pytest.approx(CHARADES_MATCHES[name], abs=6e-3), name
        if name in DIFFER and table != CHARADES:
            assert row["status"] == "expected discrepancy" and row["recomputed"] == pytest.approx(DIFFER[name], abs=0.02), name


def test_the_slow_column_is_the_lectures(rows):
    assert {row["row"]: row["status"] for row in rows if row["table"] == "layers"} == {f"Slow, {name}": "match" for name in LAYERS}


def test_the_call_out_recomputes():
    of = {(cell.table, cell.row): cell for cell in COSTS}
    best, flow = of[KINETICS, "SlowFast R101 + NL"], of[KINETICS, "R(2+1)D, two streams"]
    assert float(best.printed) * best.crops / (float(flow.printed) * flow.crops) == pytest.approx(0.0987, abs=1e-4)


def test_the_command_prints_it(capsys, monkeypatch, rows):
    import kinema.cost.lecture

    monkeypatch.setattr(kinema.cost.lecture, "lecture_table", lambda: rows)
    assert main(["--lecture", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(rows))
    assert main(["--lecture"]) == 0
    said = capsys.readouterr().out
    assert all(row["row"] in said for row in rows) and "expected discrepancy" in said
    assert main(["--lecture", "c3d"]) == 1
    assert "give it no network" in capsys.readouterr().err


def test_what_has_been_counted_is_not_counted_again(rows, monkeypatch):
    import kinema.cost.lecture

    counted = {row["model"]: round(1e9 * row["recomputed"]) for row in rows if isinstance(row["recomputed"], float)}
    monkeypatch.setattr(kinema.cost.lecture, "measure_all", lambda names: pytest.fail(f"counts {names}") if names else [])
    again = lecture_table(counted=counted)
    assert [row["status"] for row in again] == [row["status"] for row in rows]


def test_some_tables_alone_are_the_same_rows(rows):
    assert lecture_table((PATHWAYS,)) == [row for row in rows if row["table"] == PATHWAYS]
    assert lecture_table(("layers",)) == rows[: len(LAYERS)]


def test_accuracies_stand_beside_the_costs(rows):
    of = {(row["table"], row["row"]): row["scores"] for row in rows}
    assert of[KINETICS, "SlowFast R101 + NL"][0] - of[KINETICS, "R(2+1)D, two streams"][0] == pytest.approx(5.1)
    assert of[RATIOS, "beta 1/8"] == of[INPUTS, "RGB"] == of[KINETICS, "SlowFast R50 4x16"] == (75.6, 92.1)
    assert of[RATIOS, "Slow-only"] == of[PATHWAYS, "Slow-only R-50 4x16"] == (72.6, 90.3)
    assert {row["table"]: len(row["scores"]) for row in rows} == {"layers": 0, PATHWAYS: 2, RATIOS: 2, INPUTS: 2, KINETICS: 2, CHARADES: 1}
    # One column per question: top-5 is never below top-1.
    assert all(one < five for one, five in (row["scores"] for row in rows if len(row["scores"]) == 2))
