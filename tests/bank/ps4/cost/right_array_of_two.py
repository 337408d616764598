"""Sums in an array of 64-bit whole numbers, which is returned."""


def cost(layers, clip):
    total, now = np.zeros(2, np.int64), np.array(clip, np.int64)
    for layer in layers:
        before = now
        if layer["kind"] == "linear":
            weights, now = now.prod() * layer["out"], np.array([layer["out"]])
            total += weights + layer["out"], weights
            continue
        k, s, p = (np.array(layer[w], np.int64) for w in ("kernel", "stride", "padding"))
        now = np.append(now[0], (now[1:] + 2 * p - k) // s + 1)
        if layer["kind"] == "conv":
            now[0] = layer["out"]
            weights = before[0] * now[0] * k.prod()
            total += weights + now[0], weights * now[1:].prod()
    return total
