"""A pool moves by its kernel, whatever its stride."""
# symptom: the stride not the kernel


def shapes(layers, clip):
    found, now = [], tuple(clip)
    for place, layer in enumerate(layers):
        if layer["kind"] == "linear":
            now = (layer["out"],)
        else:
            step = layer["kernel"] if layer["kind"] == "pool" else layer["stride"]
            windows = zip(now[1:], layer["kernel"], step, layer["padding"])
            sizes = tuple((n + 2 * p - k) // s + 1 for n, k, s, p in windows)
            if min(sizes) < 1:
                raise ValueError(f"layer {place} does not fit")
            now = (layer.get("out", now[0]), *sizes)
        found.append(now)
    return found
