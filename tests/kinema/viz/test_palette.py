"""The course's colours can be read."""

import itertools
import re
from pathlib import Path

import pytest

import kinema
from kinema.viz import palette

CSS = Path(kinema.__file__).parent / "widgets" / "static" / "demos.css"
TEXT = {name: getattr(palette, name) for name in ("INK", "MUTED", "BLUE", "ORANGE", "GREEN", "PURPLE")}


def luminance(color):
    """Relative luminance of WCAG 2.2."""
    channels = (int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a, b):
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_gives_21_for_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # WCAG's well-known near miss


@pytest.mark.parametrize("name", TEXT)
def test_text_and_accents_reach_4_5_on_paper(name):
    assert contrast(TEXT[name], palette.PAPER) >= 4.5


def test_every_colour_is_six_hex_digits_and_they_differ():
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in palette.CSS_NAMES.values())
    for a, b in itertools.combinations(palette.CSS_NAMES.values(), 2):
        assert a != b


def test_every_role_is_one_of_the_accents_and_its_own():
    roles = [palette.TRUTH, palette.ESTIMATE, palette.CONSTRAINT, palette.WRONG]
    assert len(set(roles)) == 4
    assert set(roles) == {palette.BLUE, palette.ORANGE, palette.GREEN, palette.PURPLE}


def test_every_css_name_is_the_constants():
    for name, color in palette.CSS_NAMES.items():
        assert getattr(palette, name.removeprefix("--kinema-").upper()) == color


def test_the_style_sheet_of_demos_and_book_states_the_same_colours():
    # The first statement of each property is the light theme's; the book's own sheet refers to these.
    stated = {}
    for name, color in re.findall(r"(--kinema-[\w-]+)\s*:\s*(#[0-9a-fA-F]{6})\b", CSS.read_text(encoding="utf-8")):
        stated.setdefault(name, color.lower())
    for name, color in palette.CSS_NAMES.items():
        assert stated.get(name) == color
