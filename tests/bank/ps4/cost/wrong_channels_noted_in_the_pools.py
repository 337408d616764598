"""Notes the channels in the pools that it was given."""
# symptom: changed what it was given


def cost(layers, clip):
    parameters = macs = 0
    now = tuple(clip)
    for layer in layers:
        if layer["kind"] == "linear":
            inputs, places, now = int(np.prod(now)), 1, (layer["out"],)
        else:
            layer.setdefault("out", now[0])
            windows = zip(now[1:], layer["kernel"], layer["stride"], layer["padding"])
            sizes = tuple((n + 2 * p - k) // s + 1 for n, k, s, p in windows)
            inputs, places = now[0] * int(np.prod(layer["kernel"])), int(np.prod(sizes))
            now = (layer["out"], *sizes)
        if layer["kind"] != "pool":
            parameters += layer["out"] * (inputs + 1)
            macs += layer["out"] * inputs * places
    return parameters, macs
