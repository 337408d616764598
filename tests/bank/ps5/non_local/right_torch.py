"""torch and its softmax, places first."""


def non_local(x, Wt, Wp, Wg, Wo):
    import torch

    x, Wt, Wp, Wg, Wo = (torch.tensor(np.asarray(a), dtype=torch.float64) for a in (x, Wt, Wp, Wg, Wo))
    rows = x.flatten(1).T
    scores = (rows @ Wt.T) @ (rows @ Wp.T).T
    heard = torch.softmax(scores / Wt.shape[0] ** 0.5, dim=-1) @ (rows @ Wg.T)
    return (rows + heard @ Wo.T).T.reshape(x.shape).numpy()
