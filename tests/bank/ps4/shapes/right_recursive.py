"""The first layer, then the rest on what it leaves."""


def shapes(layers, clip, place=0):
    if not layers:
        return []
    first, *rest = layers
    if first["kind"] == "linear":
        left = (first["out"],)
    else:
        n, k, s, p = (np.array(v) for v in (clip[1:], first["kernel"], first["stride"], first["padding"]))
        room = n + 2 * p - k
        if (room < 0).any():
            raise ValueError(f"does not fit: layer {place}")
        left = (first.get("out", clip[0]), *(int(m) for m in room // s + 1))
    return [left, *shapes(rest, left, place + 1)]
