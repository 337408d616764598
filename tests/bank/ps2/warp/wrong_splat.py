"""Pushes each pixel to where its flow points: forward, and with holes."""
# symptom: moved the other way


def warp(image, flow):
    height, width = image.shape
    out = np.full(image.shape, np.nan)
    for j, i in np.ndindex(height, width):
        a, b = int(round(i + flow[0, j, i])), int(round(j + flow[1, j, i]))
        if 0 <= a < width and 0 <= b < height:
            out[b, a] = image[j, i]
    return out
