"""Names of the setup are used for other things, in the answer's own cell."""


for conv in (64, 128):
    for pool in (1, 2):
        linear = conv // pool


def shapes(layers, clip):
    found, now = [], tuple(clip)
    for place, layer in enumerate(layers):
        if layer["kind"] == "linear":
            now = (layer["out"],)
        else:
            windows = zip(now[1:], layer["kernel"], layer["stride"], layer["padding"])
            sizes = tuple((n + 2 * p - k) // s + 1 for n, k, s, p in windows)
            if min(sizes) < 1:
                raise ValueError(f"layer {place} does not fit")
            now = (layer.get("out", now[0]), *sizes)
        found.append(now)
    return found
