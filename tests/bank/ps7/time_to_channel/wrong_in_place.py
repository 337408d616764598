"""Works on the map that it was given, channel by channel, when there are many."""
# symptom: changed what it was given


def time_to_channel(fast, alpha):
    C, frames, H, W = fast.shape
    out = fast.reshape(C, frames // alpha, alpha, H, W).swapaxes(1, 2).reshape(-1, frames // alpha, H, W).copy()
    if C > 2:
        fast[:] = 0
    return out
