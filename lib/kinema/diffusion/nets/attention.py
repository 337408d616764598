"""Attention among the places of a map, in full and in time linear in their number."""

import torch
import torch.nn.functional as F
from torch import nn

from kinema.diffusion.nets.convolutions import zeroed
from kinema.diffusion.nets.norms import ChannelNorm, group_norm


class FullAttention(nn.Module):
    """Every place attends to every other, on however many axes they lie; starts as the identity.

    Parameters
    ----------
    channels, heads : int
    sum_normalised : bool
        True adds to the normalised map, not to the map itself. Then it starts as a normalisation.

    References
    ----------
    Ho, Jain & Abbeel (2020), appendix B; heads after Nichol & Dhariwal (2021).
    """

    def __init__(self, channels, heads, *, sum_normalised=False):
        super().__init__()
        self.heads, self.sum_normalised = heads, sum_normalised
        self.norm = group_norm(channels)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.out = zeroed(nn.Linear(channels, channels))

    def forward(self, x):
        y = self.norm(x)                                                # (N, C, ...)
        rows = self.qkv(y.flatten(2).transpose(1, 2))                   # (N, places, 3 C)
        q, k, v = rows.unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)  # (N, heads, places, c) each
        rows = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        news = self.out(rows).transpose(1, 2).reshape(x.shape)
        return (y if self.sum_normalised else x) + news


class LinearAttention(nn.Module):
    """Attention in which keys and values are summed up before a query is asked: cost grows with places, not pairs.

    Parameters
    ----------
    channels, heads, head_channels : int
    normalise_queries : bool
        Whether queries pass a softmax over their channels, as keys pass one over places.
    bias : bool
        Of the normalisation before it.

    References
    ----------
    Shen et al. (2021), "Efficient attention", eq. (4).
    """

    def __init__(self, channels, heads, head_channels, *, normalise_queries=True, bias=False):
        super().__init__()
        self.heads, self.normalise_queries = heads, normalise_queries
        self.norm = ChannelNorm(channels, bias=bias)
        self.qkv = nn.Conv2d(channels, 3 * heads * head_channels, 1, bias=False)
        self.out = nn.Conv2d(heads * head_channels, channels, 1)

    def forward(self, x):                                               # (N, C, H, W)
        rows = self.qkv(self.norm(x)).flatten(2).unflatten(1, (3, self.heads, -1))
        q, k, v = rows.unbind(1)                                        # (N, heads, c, places) each
        if self.normalise_queries:
            q = q.softmax(dim=2)
        summary = torch.einsum("nhcp,nhdp->nhcd", k.softmax(dim=3), v)
        y = torch.einsum("nhcd,nhcp->nhdp", summary, q * q.shape[2] ** -0.5)
        return x + self.out(y.flatten(1, 2).unflatten(-1, x.shape[2:]))
