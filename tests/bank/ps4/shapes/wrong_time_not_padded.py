"""Rows and columns are padded, time is not: 16 frames become 14."""
# symptom: keeps time, rows and columns


def shapes(layers, clip):
    found, now = [], tuple(clip)
    for place, layer in enumerate(layers):
        if layer["kind"] == "linear":
            now = (layer["out"],)
        else:
            windows = zip(now[1:], layer["kernel"], layer["stride"], (0, *layer["padding"][1:]))
            sizes = tuple((n + 2 * p - k) // s + 1 for n, k, s, p in windows)
            if min(sizes) < 1:
                raise ValueError(f"layer {place} does not fit")
            now = (layer.get("out", now[0]), *sizes)
        found.append(now)
    return found
