"""Half and twice the size through a filter that lets no false patterns arise, as a plain depthwise convolution."""

import torch
import torch.nn.functional as F

TAPS = (1.0, 3.0, 3.0, 1.0)


def _kernel(x):
    taps = torch.tensor(TAPS, dtype=x.dtype, device=x.device)
    return (torch.outer(taps, taps) / sum(TAPS) ** 2).expand(x.shape[1], 1, -1, -1)  # (C, 1, 4, 4), of sum 1


def halved(x):
    """Smoothed, and every other row and column: (N, C, H, W) to (N, C, H / 2, W / 2).

    References
    ----------
    Karras et al. (2020), "StyleGAN2", appendix B; zeros around the frame, as there.
    """
    return F.conv2d(x, _kernel(x), stride=2, padding=1, groups=x.shape[1])


def doubled(x):
    """Zeros put between, and smoothed: (N, C, H, W) to (N, C, 2 H, 2 W). Constants keep their value."""
    return F.conv_transpose2d(x, 4 * _kernel(x), stride=2, padding=1, groups=x.shape[1])
