"""Each slow frame holds the alpha frames around it, turning at the end."""
# symptom: should hold fast frames


def time_to_channel(fast, alpha):
    C, frames, H, W = fast.shape
    turned = np.roll(fast, alpha // 2, axis=1)
    return turned.reshape(C, frames // alpha, alpha, H, W).swapaxes(1, 2).reshape(-1, frames // alpha, H, W)
