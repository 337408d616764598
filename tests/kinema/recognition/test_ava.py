"""AVA's files: read whole, or refused by line."""

import numpy as np
import pytest

pytest.importorskip("torch")

from kinema.metrics.boxes import frame_ap
from kinema.recognition.ava import read_actions, read_boxes, read_excluded, split_excluded

TRUTH = """film,0902,0.1,0.2,0.5,0.9,12,1
film,0902,0.1,0.2,0.5,0.9,17,1
film,0903,0.000,0.2,1.0,0.9,80,2
film,0904
other,0902,0.3,0.3,0.4,0.4,12,0
"""
DETECTIONS = """film,0902,0.1,0.2,0.5,0.88,12,0.9
film,0902,0.1,0.2,0.5,0.9,17,0.4
film,0904,0.1,0.2,0.5,0.9,17,0.8
"""


@pytest.fixture
def file(tmp_path):
    def write(text, name="file.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_truth_is_read_with_moments_that_show_nobody(file):
    boxes, empty = read_boxes(file(TRUTH))
    assert list(boxes.frames) == ["film,0902", "film,0902", "film,0903", "other,0902"] and empty == ["film,0904"]
    assert list(boxes.labels) == [12, 17, 80, 12] and boxes.scores is None
    assert np.allclose(boxes.boxes[2], [0, 0.2, 1, 0.9])


def test_detections_are_scored_against_it(file):
    truth, _ = read_boxes(file(TRUTH))
    found, _ = read_boxes(file(DETECTIONS, "found.csv"), scored=True)
    mean, each = frame_ap(found, truth, [12, 17, 80])
    # Of 12 the one in the other film is missed; 17 is right behind a false alarm; 80 was never said.
    assert each == {12: 0.5, 17: 0.5, 80: 0.0} and mean == pytest.approx(1 / 3)


def test_what_is_excluded_is_set_aside_and_returned(file):
    truth, _ = read_boxes(file(TRUTH))
    excluded = read_excluded(file("film,0903\n", "out.csv"))
    kept, out = split_excluded(truth, excluded)
    assert list(kept.labels) == [12, 17, 12] and list(out.labels) == [80]
    assert [len(part.frames) for part in split_excluded(truth, set())] == [4, 0]


@pytest.mark.parametrize(
    "line, words",
    [
        ("film,0905,0.1,0.2,0.5", "film,second,x1"),
        ("film,0905,0.1,0.2,0.5,0.9,twelve,1", "film,second,x1"),
        ("film,soon,0.1,0.2,0.5,0.9,12,1", "film,second,x1"),
        ("film,0905,0.5,0.2,0.1,0.9,12,1", "a box"),
        ("film,0905,0.1,0.2,0.5,1.9,12,1", "a box"),
        ("film,0905,nan,0.2,0.5,0.9,12,1", "a box"),
        ("film,0905,0.1,0.2,0.5,0.9,81,1", "1 to 80"),
    ],
)
def test_a_bad_line_is_named(file, line, words):
    with pytest.raises(ValueError) as caught:
        read_boxes(file(TRUTH + line + "\n"))
    assert "line 6" in str(caught.value) and words in str(caught.value)


def test_detections_need_scores(file):
    for line, words in (("film,0902,0.1,0.2,0.5,0.9,12", "score"), ("film,0902,0.1,0.2,0.5,0.9,12,inf", "finite")):
        with pytest.raises(ValueError, match=words):
            read_boxes(file(line), scored=True)
    with pytest.raises(ValueError, match="line 1"):
        read_excluded(file("film,0902,1\n"))


def test_both_forms_of_the_label_map(file):
    old = 'item {\n  name: "bend/bow (at the waist)"\n  id: 1\n}\nitem {\n  name: "crouch/kneel"\n  id: 3\n}\n'
    new = 'label {\n  name: "bend/bow (at the waist)"\n  label_id: 1\n  label_type: PERSON_MOVEMENT\n}\n'
    assert read_actions(file(old)) == {1: "bend/bow (at the waist)", 3: "crouch/kneel"}
    assert read_actions(file(new)) == {1: "bend/bow (at the waist)"}
    for text, words in ((old + old, "comes twice"), ('item {\n name: "x"\n}', "line 1"), ("", "holds no")):
        with pytest.raises(ValueError, match=words):
            read_actions(file(text))
