"""torch, in double precision; a tensor comes back."""


def to_clean(prediction, xt, t, kind, alpha_bar):
    import torch

    said, xt, left = (torch.as_tensor(np.array(v, float)) for v in (prediction, xt, alpha_bar[t]))
    if kind not in ("eps", "x0", "v"):
        raise ValueError(f"kind is {kind}")
    if kind == "x0":
        return said
    return left.sqrt() * xt - (1 - left).sqrt() * said if kind == "v" else (xt - (1 - left).sqrt() * said) / left.sqrt()
