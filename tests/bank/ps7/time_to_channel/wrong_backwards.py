"""Counts the frames of a slow one backwards."""
# symptom: should be channel


def time_to_channel(fast, alpha):
    C, frames, H, W = fast.shape
    return fast.reshape(C, frames // alpha, alpha, H, W)[:, :, ::-1].swapaxes(1, 2).reshape(-1, frames // alpha, H, W)
