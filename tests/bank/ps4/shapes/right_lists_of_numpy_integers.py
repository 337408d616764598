"""Lists in place of tuples, numpy's whole numbers in place of Python's."""


def shapes(layers, clip):
    now, found = np.array(clip), []
    for place, layer in enumerate(layers):
        if "kernel" not in layer:
            now = np.array([layer["out"]])
        else:
            kernel, stride, padding = (np.array(layer[word]) for word in ("kernel", "stride", "padding"))
            sizes = np.floor_divide(now[1:] + 2 * padding - kernel, stride) + 1
            if np.any(sizes <= 0):
                raise ValueError("no room at " + str(place))
            now = np.concatenate([[layer["out"] if "out" in layer else now[0]], sizes])
        found.append(list(now))
    return found
