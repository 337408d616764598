"""Notes the channels in the pools that it was given."""
# symptom: changed what it was given


def shapes(layers, clip):
    found, now = [], tuple(clip)
    for place, layer in enumerate(layers):
        if layer["kind"] == "linear":
            now = (layer["out"],)
        else:
            layer.setdefault("out", now[0])
            windows = zip(now[1:], layer["kernel"], layer["stride"], layer["padding"])
            sizes = tuple((n + 2 * p - k) // s + 1 for n, k, s, p in windows)
            if min(sizes) < 1:
                raise ValueError(f"layer {place} does not fit")
            now = (layer["out"], *sizes)
        found.append(now)
    return found
