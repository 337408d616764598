"""Non-local blocks: every place of a clip looks at every other. Wang, Girshick, Gupta & He (2018).

With positions i and j of the space-time map, y_i = sum_j f(x_i, x_j) g(x_j) / C(x), and z = W_z y + x.
"""

import torch
from torch import nn

from kinema.checks import check_choice

PAIRWISE = ("embedded", "gaussian", "dot", "concatenation")


def attention(theta, phi, g, *, pairwise="embedded", scale=True):
    """What each query position gathers from all key positions.

    Parameters
    ----------
    theta : tensor, shape (B, N, C)
        Queries.
    phi : tensor, shape (B, M, C)
        Keys.
    g : tensor, shape (B, M, D)
        Values.
    pairwise : {"embedded", "gaussian", "dot"}
        Softmax over keys, or, for "dot", division by their number. "gaussian" is "embedded" on unembedded maps.
    scale : bool
        Whether products are divided by sqrt(C) before the softmax, as Vaswani et al. (2017) do.

    Returns
    -------
    gathered : tensor, shape (B, N, D)
    weights : tensor, shape (B, N, M)
        Each row sums to 1, but for "dot".

    Raises
    ------
    ValueError
        If `pairwise` is none of these.

    References
    ----------
    Wang et al. (2018), eq. (1) to (4).
    """
    check_choice(pairwise, ("embedded", "gaussian", "dot"), "pairwise")
    products = torch.einsum("bnc,bmc->bnm", theta, phi)
    if pairwise == "dot":
        weights = products / phi.shape[1]
    else:
        products = products * theta.shape[-1] ** -0.5 if scale else products
        weights = torch.softmax(products, dim=-1)
    return weights @ g, weights


class NonLocal(nn.Module):
    """A block that changes no shape, and at first changes nothing: its last normalisation starts at zero.

    Parameters
    ----------
    channels : int
    inner : int or None
        Channels of queries, keys and values; None is half.
    pairwise : {"embedded", "gaussian", "dot", "concatenation"}
    pool : (int, int, int) or int
        Keys and values are the largest of each such window, which costs less and loses little.
    scale : bool
        As in `attention`.

    Raises
    ------
    ValueError
        If `pairwise` is none of these.
    """

    def __init__(self, channels, inner=None, *, pairwise="embedded", pool=(1, 2, 2), scale=True):
        super().__init__()
        self.pairwise, self.scale = check_choice(pairwise, PAIRWISE, "pairwise"), scale
        inner = inner or channels // 2
        plain = pairwise == "gaussian"
        self.theta = nn.Identity() if plain else nn.Conv3d(channels, inner, 1)
        self.phi = nn.Identity() if plain else nn.Conv3d(channels, inner, 1)
        self.g = nn.Conv3d(channels, inner, 1)
        self.pool = nn.Identity() if pool in (1, (1, 1, 1)) else nn.MaxPool3d(pool, stride=pool)
        self.pair = nn.Linear(2 * inner, 1, bias=False) if pairwise == "concatenation" else None
        self.out = nn.Conv3d(inner, channels, 1)
        self.norm = nn.BatchNorm3d(channels)
        nn.init.zeros_(self.norm.weight)

    def gather(self, x):
        """(gathered (B, inner, T, H, W), weights (B, THW, keys)) before the last convolution."""
        keys = self.pool(x)
        theta, phi, g = (y.flatten(2).transpose(1, 2) for y in (self.theta(x), self.phi(keys), self.g(keys)))
        if self.pair is None:
            y, weights = attention(theta, phi, g, pairwise=self.pairwise, scale=self.scale)
        else:  # w · [theta, phi] is a sum of two parts, one per query and one per key
            w_theta, w_phi = self.pair.weight[0].split(theta.shape[-1])
            weights = torch.relu((theta @ w_theta)[:, :, None] + (phi @ w_phi)[:, None]) / phi.shape[1]
            y = weights @ g
        return y.transpose(1, 2).unflatten(2, x.shape[2:]), weights

    def forward(self, x):
        """(B, C, T, H, W), the same shape."""
        return x + self.norm(self.out(self.gather(x)[0]))
