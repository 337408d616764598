"""Takes every second place of an array and counts what is left."""


def pathway_shapes(T, alpha, beta, side):
    row, shapes = np.zeros(side), []
    for halves, c in zip((1, 1, 0, 1, 1, 1), (64, 64, 256, 512, 1024, 2048)):
        row = row[::2] if halves else row
        shapes.append((T, row.size, c))
    return shapes, [(T * alpha, s, int(c * beta + 0.5)) for _, s, c in shapes]
