"""One pixel after the other."""


def epe(flow, truth, valid=None):
    total, count = 0.0, 0
    for k in np.ndindex(*truth.shape[:-3]):
        for y in range(truth.shape[-2]):
            for x in range(truth.shape[-1]):
                u, v = truth[k][:, y, x]
                if u != u or v != v or (valid is not None and not valid[k][y, x]):
                    continue
                total += ((flow[k][0, y, x] - u) ** 2 + (flow[k][1, y, x] - v) ** 2) ** 0.5
                count += 1
    return total / count if count else float("nan")
