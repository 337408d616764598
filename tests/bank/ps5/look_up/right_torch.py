"""torch: whoever is not asked has the score minus infinity; a tensor comes back."""


def look_up(short, bank, times, t, window, causal=False):
    import torch

    q, kv, when = (torch.tensor(np.asarray(a), dtype=torch.float64) for a in (short, bank, times))
    closed = (when - t).abs() > window
    if causal:
        closed |= when > t
    if closed.all():
        return q
    scores = torch.einsum("sd,md->sm", q, kv) / kv.shape[1] ** 0.5
    return q + torch.softmax(scores.masked_fill(closed, -torch.inf), dim=1) @ kv
