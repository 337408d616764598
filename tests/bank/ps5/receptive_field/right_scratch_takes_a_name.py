"""Right; a loop of the student's own, left in the cell, takes the name of the setup's `layer`."""


def receptive_field(layers):
    size, step = [1, 1, 1], [1, 1, 1]
    for one in layers:
        for a in range(3):
            size[a] += (one["kernel"][a] - 1) * one["dilation"][a] * step[a]
            step[a] *= one["stride"][a]
    return size


for layer in [layer((3, 3, 3)), layer((1, 2, 2), (1, 2, 2))]:
    print(layer["kernel"])
