"""Lists where windows may start, and counts them."""


def shapes(layers, clip):
    channels, *axes = clip
    out = []
    for i, layer in enumerate(layers):
        if layer["kind"] == "linear":
            out.append((layer["out"],))
            continue
        channels = layer["out"] if layer["kind"] == "conv" else channels
        for a in range(3):
            p, k, s = layer["padding"][a], layer["kernel"][a], layer["stride"][a]
            starts = list(range(-p, axes[a] + p - k + 1, s))
            if not starts:
                raise ValueError(f"layers[{i}]: axis {a} has {axes[a]} places, too few")
            axes[a] = len(starts)
        out.append((channels, *axes))
    return out
