"""The progress line."""

import io

import pytest

from kinema import progress as module
from kinema.progress import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def every_item_is_drawn(monkeypatch):
    monkeypatch.setattr(module, "EVERY", 0)


def test_items_pass_in_order_and_lazily():
    file = Terminal()
    items = iter(range(5))
    steps = progress(items, total=5, file=file)
    assert next(steps) == 0
    assert next(items) == 1  # not drawn ahead
    assert list(steps) == [2, 3, 4]


def test_the_line_says_how_far_and_how_fast_and_is_wiped_at_the_end():
    file = Terminal()
    assert list(progress("abcd", total=4, what="steps", file=file)) == list("abcd")
    drawn = file.getvalue().split("\r")
    assert drawn[1].startswith("[######..................]  25%  1 of 4 steps, ")
    assert drawn[4].startswith("[########################] 100%  4 of 4 steps, ")
    assert drawn[-1] == "\x1b[K"
    assert "\n" not in file.getvalue()


def test_an_unknown_or_wrong_total_does_no_harm():
    file = Terminal()
    list(progress("abc", file=file))
    assert "\r3 frames, " in file.getvalue() and "[#" not in file.getvalue()
    file = Terminal()
    list(progress("abc", total=2, file=file))
    assert "100%  3 of 2 frames" in file.getvalue()


def test_nothing_is_drawn_into_a_file():
    file = io.StringIO()
    assert list(progress("abc", total=3, file=file)) == list("abc")
    assert file.getvalue() == ""


def test_closing_wipes_the_line():
    file = Terminal()
    steps = progress("abc", file=file)
    next(steps), next(steps)
    steps.close()
    assert file.getvalue().endswith("\r\x1b[K")
