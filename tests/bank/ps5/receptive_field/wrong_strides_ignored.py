"""Adds up spans as if nothing stepped."""
# symptom: and steps multiply


def receptive_field(layers):
    return tuple(1 + sum((one["kernel"][a] - 1) * one["dilation"][a] for one in layers) for a in range(3))
