"""torch in single precision, mean of zeros and ones."""


def fl_all(flow, truth, valid=None):
    import torch
    f, t = (torch.as_tensor(np.asarray(x)).float() for x in (flow, truth))
    error, speed = (f - t).norm(dim=-3), t.norm(dim=-3)
    m = ~torch.isnan(speed)
    if valid is not None:
        m = m & torch.as_tensor(np.asarray(valid))
    bad = (error > 3) & (error > 0.05 * speed)
    return 100 * bad[m].float().mean()
