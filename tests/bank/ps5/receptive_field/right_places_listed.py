"""Lists the places of the clip that reach the number; a list of three."""


def receptive_field(layers):
    spans = []
    for a in range(3):
        places = {0}
        for one in layers[::-1]:
            taps = [one["dilation"][a] * k for k in range(one["kernel"][a])]
            places = {p * one["stride"][a] + tap for p in places for tap in taps}
        spans.append(max(places) + 1 - min(places))
    return spans
