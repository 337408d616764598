"""The course's mark: the flow wheel as an SVG. ``python -m kinema.viz.mark OUT.svg``."""

import argparse
import math
from pathlib import Path

import numpy as np

from kinema.viz import palette
from kinema.viz.color_wheel import flow_to_color

WEDGES = 24


def mark_svg(size=64):
    """SVG text of the mark: a ring of the wheel's hues around an arrow."""
    middle, outer, inner = size / 2, size * 0.47, size * 0.24
    wedges = []
    for k in range(WEDGES):
        a, b = 2 * math.pi * k / WEDGES, 2 * math.pi * (k + 1.02) / WEDGES
        hue = flow_to_color(np.array([math.cos((a + b) / 2), math.sin((a + b) / 2)]).reshape(2, 1, 1), max_speed=1.1)
        color = "#" + "".join(f"{c:02x}" for c in hue[0, 0])
        points = [
            (middle + r * math.cos(t), middle + r * math.sin(t)) for r, t in ((inner, a), (outer, a), (outer, b), (inner, b))
        ]
        p = [f"{x:.2f} {y:.2f}" for x, y in points]
        wedges.append(
            f'<path fill="{color}" d="M{p[0]}L{p[1]}A{outer:.2f} {outer:.2f} 0 0 1 {p[2]}L{p[3]}'
            f'A{inner:.2f} {inner:.2f} 0 0 0 {p[0]}Z"/>'
        )
    s = size / 64
    arrow = f"M{24 * s} {40 * s}L{40 * s} {24 * s}M{30 * s} {24 * s}H{40 * s}V{34 * s}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" aria-label="Kinema">'
        f'<circle cx="{middle}" cy="{middle}" r="{middle}" fill="{palette.PAPER}"/>'
        + "".join(wedges)
        + f'<path d="{arrow}" fill="none" stroke="{palette.INK}" stroke-width="{3.4 * s:.2f}" stroke-linecap="round" '
        'stroke-linejoin="round"/></svg>\n'
    )


def main(argv=None):
    """Parse the command line and write the mark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args(argv).out
    out.write_text(mark_svg(), encoding="utf-8")
    print(f"wrote {out}")


if __name__ == "__main__":
    main()
