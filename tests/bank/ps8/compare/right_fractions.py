"""Exact fractions of what is printed."""


def compare(first, second):
    from fractions import Fraction

    def video(row):
        return None if row[1] is None or row[2] is None else Fraction(row[1]) * row[2]

    prices = video(first), video(second)
    share = float("nan") if None in prices else float(prices[0] / prices[1])
    return float(Fraction(first[0]) - Fraction(second[0])), share
