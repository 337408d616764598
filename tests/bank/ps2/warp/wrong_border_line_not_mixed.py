"""Where a neighbour to the right or below is missing, the pixel itself is taken, also between two pixels of the last column."""
# symptom: line of the last column


def warp(image, flow):
    H, W = image.shape
    out = np.full((H, W), np.nan)
    for j in range(H):
        for i in range(W):
            x, y = i + flow[0, j, i], j + flow[1, j, i]
            if x < 0 or x > W - 1 or y < 0 or y > H - 1:
                continue
            a, b = int(x), int(y)
            if a + 1 > W - 1 or b + 1 > H - 1:
                out[j, i] = image[b, a]
                continue
            s, t = x - a, y - b
            out[j, i] = (1 - t) * ((1 - s) * image[b, a] + s * image[b, a + 1]) + t * ((1 - s) * image[b + 1, a] + s * image[b + 1, a + 1])
    return out
