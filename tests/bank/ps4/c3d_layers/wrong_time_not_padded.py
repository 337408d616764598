"""Convolutions are padded in rows and columns only: each takes two frames."""
# symptom: padded to keep their size, in time as well


def c3d_layers(classes=487):
    layers = []
    for out, pools in [(64, pool((1, 2, 2))), (128, pool()), (256, None), (256, pool()), (512, None), (512, pool()), (512, None)]:
        layers += [conv(out, padding=(0, 1, 1))] + ([pools] if pools else [])
    layers += [conv(512, padding=(0, 1, 1)), pool(padding=(0, 1, 1))]
    return layers + [linear(4096), linear(4096), linear(classes)]
