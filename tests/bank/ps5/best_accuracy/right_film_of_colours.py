"""Paints a film, reads it, and adds up what is right in each phase, in fractions."""


def best_accuracy(stride, gap, flash, clip=16):
    from fractions import Fraction

    film = {}
    for name, start in (("second", 0), ("first", -gap)):
        for frame in range(start, start + flash):
            film.setdefault(frame, set()).add(name)
    right = Fraction(0)
    for last in range(stride):
        seen = set()
        for frame in range(last, last - stride * clip, -stride):
            seen |= film.get(frame, set())
        right += Fraction(1, stride) if seen == {"first", "second"} else Fraction(1, 2 * stride)
    return float(right)
