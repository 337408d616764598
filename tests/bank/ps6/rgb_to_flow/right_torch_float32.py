"""torch in single precision, a view that repeats."""


def rgb_to_flow(w, channels):
    import torch

    return torch.from_numpy(np.array(w, np.float32)).mean(1, keepdim=True).expand(-1, channels, -1, -1)
