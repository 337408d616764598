"""torch, single precision: a softmax of nothing but minus infinity is nan, and that is made zero."""


def look_up(short, bank, times, t, window, causal=False):
    import torch

    q, kv = torch.as_tensor(short).float(), torch.as_tensor(bank).float()
    asked = torch.as_tensor((times >= t - window) & (times <= (t if causal else t + window)))
    scores = (q @ kv.T / kv.shape[1] ** 0.5).masked_fill(~asked, -torch.inf)
    return q + torch.nan_to_num(torch.softmax(scores, dim=1)) @ kv
