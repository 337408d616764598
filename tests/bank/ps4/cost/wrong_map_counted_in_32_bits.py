"""The size of the map that a linear layer reads is a 32-bit number, and so is all that is multiplied by it."""
# symptom: is something counted in 32 bits


def cost(layers, clip):
    parameters = macs = np.int64(0)
    now = tuple(clip)
    for layer in layers:
        if layer["kind"] == "linear":
            inputs, places, now = np.prod(now, dtype=np.int32), 1, (layer["out"],)
        else:
            windows = zip(now[1:], layer["kernel"], layer["stride"], layer["padding"])
            sizes = tuple((n + 2 * p - k) // s + 1 for n, k, s, p in windows)
            inputs, places = now[0] * int(np.prod(layer["kernel"])), int(np.prod(sizes))
            now = (layer.get("out", now[0]), *sizes)
        if layer["kind"] != "pool":
            parameters += layer["out"] * (inputs + 1)
            macs += layer["out"] * inputs * places
    return parameters, macs
