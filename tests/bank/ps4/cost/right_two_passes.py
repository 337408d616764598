"""First all shapes, then two sums over pairs of layer and shape."""


def cost(layers, clip):
    from math import prod

    seen = [tuple(clip)]
    for layer in layers:
        if layer["kind"] == "linear":
            seen.append((layer["out"],))
        else:
            axes = zip(seen[-1][1:], layer["kernel"], layer["stride"], layer["padding"])
            seen.append((layer.get("out", seen[-1][0]), *(len(range(0, n + 2 * p - k + 1, s)) for n, k, s, p in axes)))
    rows = [(l, a, b) for l, a, b in zip(layers, seen, seen[1:]) if l["kind"] != "pool"]
    taps = [prod(a) if l["kind"] == "linear" else a[0] * prod(l["kernel"]) for l, a, _ in rows]
    return sum(l["out"] * (t + 1) for (l, _, _), t in zip(rows, taps)), sum(t * prod(b) for (_, _, b), t in zip(rows, taps))
