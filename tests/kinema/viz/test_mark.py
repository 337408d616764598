"""The course's mark."""

import xml.etree.ElementTree as ET

from kinema.viz.mark import WEDGES, main, mark_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_the_mark_is_a_named_svg_with_a_wedge_for_each_hue():
    root = ET.fromstring(mark_svg(64))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 64 64"
    assert root.get("aria-label") == "Kinema"
    wedges = [path.get("fill") for path in root.iter(f"{SVG}path") if path.get("fill") != "none"]
    assert len(wedges) == WEDGES
    assert len(set(wedges)) == WEDGES


def test_the_command_writes_the_mark_and_says_so(tmp_path, capsys):
    main([str(tmp_path / "mark.svg")])
    assert (tmp_path / "mark.svg").read_text(encoding="utf-8") == mark_svg()
    assert f"wrote {tmp_path / 'mark.svg'}" in capsys.readouterr().out
