"""Frame by frame, lists at the end."""


def lateral(fast, weight, alpha):
    D, C, k = np.shape(weight)
    film = [np.asarray(fast)[:, n] for n in range(np.shape(fast)[1])]
    told = []
    for d in range(D):
        row = []
        for i in range(len(film) // alpha):
            total = np.zeros(film[0].shape[1:])
            for c in range(C):
                for j in range(k):
                    at = alpha * i + j - (k - 1) // 2
                    if 0 <= at < len(film):
                        total = total + weight[d][c][j] * film[at][c]
            row.append(total.tolist())
        told.append(row)
    return told
