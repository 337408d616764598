"""Puts all channels of the first frame before those of the second."""
# symptom: should be channel


def time_to_channel(fast, alpha):
    C, frames, H, W = fast.shape
    return fast.reshape(C, frames // alpha, alpha, H, W).transpose(2, 0, 1, 3, 4).reshape(-1, frames // alpha, H, W)
