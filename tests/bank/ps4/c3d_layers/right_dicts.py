"""Written out as dicts, sizes as lists."""


def c3d_layers(classes=487):
    layers, done = [], 0
    for out in (64, 128, 256, 256, 512, 512, 512, 512):
        layers.append({"kind": "conv", "out": out, "kernel": [3, 3, 3], "stride": [1, 1, 1], "padding": [1, 1, 1]})
        done += 1
        if done in (1, 2, 4, 6, 8):
            size = [1 if done == 1 else 2, 2, 2]
            layers.append({"kind": "pool", "kernel": size, "stride": size, "padding": [0, 0, 0]})
    layers[-1]["padding"] = [0, 1, 1]
    for out in (4096, 4096, classes):
        layers.append({"kind": "linear", "out": out})
    return layers
