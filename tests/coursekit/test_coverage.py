"""The slide index says the truth about what is taught."""

import dataclasses
import re

import pytest

from coursekit import coverage
from coursekit.paths import HTML

INDEX = coverage.load_index()


def test_the_index_has_the_three_parts_of_the_lecture():
    assert [p.id for p in INDEX.parts] == ["flow", "recognition", "generation"]


def test_every_teaching_point_has_its_line():
    wanted = [f"M{n:03}" for n in range(1, 88)] + [f"R{n:03}" for n in range(1, 86)] + [f"G{n:03}" for n in range(1, 22)]
    assert [p.id for p in INDEX.points] == wanted


def test_all_that_the_index_claims_is_there():
    assert coverage.problems(INDEX) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"at": ("flow_equation#nowhere",)}, "no anchor"),
        ({"runs": ()}, "nothing that runs"),
        ({"runs": ("figure:fig-nothing",)}, "does not exist"),
        ({"runs": ("demo:NoDemo",)}, "does not exist"),
        ({"runs": ("exercise:ps1/nothing",)}, "does not exist"),
        ({"runs": ("test:tests/coursekit/test_coverage.py::test_nothing",)}, "does not exist"),
        ({"runs": ("cite:nobody1900",)}, "does not exist"),
        ({"runs": ("magic:x",)}, "begins with none"),
        ({"at": (), "runs": ("demo:TaylorDemo",)}, "no page"),
    ],
)
def test_a_false_claim_is_found(change, complaint):
    point = next(p for p in INDEX.points if p.id == "M021")
    spoilt = dataclasses.replace(INDEX, points=(dataclasses.replace(point, **change),))
    assert any(complaint in line for line in coverage.problems(spoilt))


@pytest.mark.parametrize(
    ("old", "new"), [("  M002:", "  M001:"), ("runs: \"figure:fig-opening\"", "rums: x"), ("at: flow_equation#opening", "at: nowhere#x")]
)
def test_a_spoilt_index_is_refused(tmp_path, old, new):
    text = coverage.INDEX.read_text(encoding="utf-8")
    assert old in text
    spoilt = tmp_path / "slides.yml"
    spoilt.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match="twice|unknown"):
        coverage.load_index(spoilt)


def test_the_count_stands_last(capsys):
    assert coverage.main([]) == 0
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert re.fullmatch(r"covered \d+ of 193", last)
    assert last == f"covered {sum(p.covered for p in INDEX.points)} of 193"


def test_the_built_pages_have_every_anchor_that_the_index_links_to():
    pages = {}
    for point in INDEX.points:
        for document, anchor, _ in point.pages():
            text = pages.setdefault(document, (HTML / f"{document}.html").read_text(encoding="utf-8"))
            assert f'id="{anchor}"' in text, f"{point.id}: {document}.html has no #{anchor}"
