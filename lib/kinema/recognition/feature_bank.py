"""Long-term feature banks: a short clip asks what happened in the minute around it.

Wu, Feichtenhofer, Fan, He, Krähenbühl & Girshick (2019), after facebookresearch/video-long-term-feature-banks,
lib/models/head_helper.py. A net runs over the whole video once, second by second, and its features are kept: the
bank. A second net reads the clip in question, and an operator lets its features look the bank up.
"""

from typing import NamedTuple

import torch
from torch import nn

from kinema.checks import check_choice
from kinema.recognition.bottleneck3d import FIVE_OF_R50, R50, NonLocalResNet, alternating


class Bank(NamedTuple):
    """Features of a whole video, and when each was seen."""

    features: torch.Tensor
    """(N, C)."""
    times: torch.Tensor
    """(N,), seconds, in order."""

    def window(self, t, reach, *, causal=False):
        """Features within `reach` seconds of `t`, borders included: (M, C), M may be 0.

        `causal` leaves out what comes after t.
        """
        near = (self.times - t).abs() <= reach
        if causal:
            near = near & (self.times <= t)
        return self.features[near]


def padded(windows):
    """Windows of different lengths as one tensor (B, M, C), and a mask (B, M) that is true where a feature is."""
    longest = max(1, *(len(w) for w in windows)) if len(windows) > 1 else max(1, len(windows[0]))
    C = windows[0].shape[1]
    bank = torch.stack([torch.cat([w, w.new_zeros(longest - len(w), C)]) for w in windows])
    mask = torch.stack([torch.arange(longest, device=w.device) < len(w) for w in windows])
    return bank, mask


class BankAttention(nn.Module):
    """One layer of FBO-NL: the clip asks, the bank answers, and the answer is added to the question.

    Parameters
    ----------
    channels : int
    dropout : float
    """

    def __init__(self, channels=512, *, dropout=0.2):
        super().__init__()
        self.theta, self.phi, self.g = (nn.Linear(channels, channels) for _ in range(3))
        self.norm = nn.LayerNorm(channels, elementwise_affine=False)  # as in the released code
        self.out = nn.Linear(channels, channels)
        self.dropout = nn.Dropout(dropout)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, query, bank, mask):
        """(B, S, C), (B, M, C), (B, M) to (B, S, C). An empty window adds what zero would."""
        theta, phi, g = self.theta(query), self.phi(bank), self.g(bank)
        products = theta @ phi.transpose(1, 2) * theta.shape[-1] ** -0.5
        products = products.masked_fill(~mask[:, None], float("-inf"))
        weights = torch.softmax(products, dim=-1).nan_to_num(0.0)                    # (B, S, M)
        return query + self.dropout(self.out(torch.relu(self.norm(weights @ g))))


class FeatureBankOperator(nn.Module):
    """What the clip's features and the bank's say together.

    Parameters
    ----------
    features : int
        Length of a feature vector.
    kind : {"nl", "avg", "max"}
        Attention, the bank's mean, or its maximum.
    inner, layers, dropout
        Of the attention.

    Raises
    ------
    ValueError
        If `kind` is none of these.
    """

    def __init__(self, features=2048, *, kind="nl", inner=512, layers=2, dropout=0.2):
        super().__init__()
        self.kind = check_choice(kind, ("nl", "avg", "max"), "kind")
        self.out_features = features + (inner if kind == "nl" else features)
        if kind == "nl":
            self.dropout = nn.Dropout(dropout)
            self.reduce_short, self.reduce_bank = nn.Linear(features, inner), nn.Linear(features, inner)
            self.layers = nn.ModuleList(BankAttention(inner, dropout=dropout) for _ in range(layers))

    def forward(self, short, bank, mask=None):
        """(B, S, C) and (B, M, C) to (B, S, `out_features`).

        `mask` (B, M) is true where the bank holds a feature. Of an empty window, mean and maximum are zero.
        """
        if mask is None:
            mask = torch.ones(bank.shape[:2], dtype=torch.bool, device=bank.device)
        if self.kind == "nl":
            query, keys = self.dropout(self.reduce_short(short)), self.dropout(self.reduce_bank(bank))
            for layer in self.layers:
                query = layer(query, keys, mask)
            return torch.cat([short, query], dim=-1)
        there = mask[..., None].to(bank.dtype)
        if self.kind == "avg":
            pooled = (bank * there).sum(dim=1) / there.sum(dim=1).clamp_min(1)
        else:
            pooled = bank.masked_fill(~mask[..., None], float("-inf")).amax(dim=1)
            pooled = torch.where(mask.any(dim=1)[:, None], pooled, torch.zeros_like(pooled))
        return torch.cat([short, pooled[:, None].expand(-1, short.shape[1], -1)], dim=-1)


class LongTermNet(nn.Module):
    """A clip net, an operator that may look up a bank, and a classifier.

    Parameters
    ----------
    net : nn.Module
        ``net.features(clip)`` gives (B, C).
    operator : FeatureBankOperator or None
        None is the plain clip net.
    classes, features : int
    """

    def __init__(self, net, operator, classes, features):
        super().__init__()
        self.net, self.operator = net, operator
        self.classifier = nn.Linear(features if operator is None else operator.out_features, classes)

    def forward(self, clip, bank=None, mask=None):
        """Logits (B, classes). Without a bank the operator looks at the clip's own features."""
        short = self.net.features(clip)[:, None]                                     # (B, 1, C)
        if self.operator is None:
            return self.classifier(short[:, 0])
        return self.classifier(self.operator(short, short if bank is None else bank, mask)[:, 0])


class TwiceTheNet(nn.Module):
    """Baseline "3D CNN x 2": two copies of the clip net, both on the same clip, features side by side."""

    def __init__(self, first, second, classes, features):
        super().__init__()
        self.first, self.second = first, second
        self.classifier = nn.Linear(2 * features, classes)

    def forward(self, clip):
        """Logits (B, classes)."""
        return self.classifier(torch.cat([self.first.features(clip), self.second.features(clip)], dim=1))


class SelfAttentionTwice(nn.Module):
    """Baseline "self-attention x 2" (STO): the bank's operator, with the clip's own places as its bank.

    Parameters
    ----------
    net : nn.Module
        ``net.map(clip)`` gives (B, C, T, H, W); places are its frames.
    operator : FeatureBankOperator
    classes : int
    """

    def __init__(self, net, operator, classes):
        super().__init__()
        self.net, self.operator = net, operator
        self.classifier = nn.Linear(operator.out_features, classes)

    def forward(self, clip):
        """Logits (B, classes)."""
        places = self.net.map(clip).mean(dim=(3, 4)).transpose(1, 2)                 # (B, T', C)
        return self.classifier(self.operator(places.mean(dim=1, keepdim=True), places)[:, 0])


def backbone(**options):
    """Trunk of ResNet-50-I3D-NL whose last stage keeps its size: maps at a sixteenth of the frame."""
    return NonLocalResNet(R50, alternating, non_local=FIVE_OF_R50, classes=None, last_stride=1, **options)


def feature_bank_net(kind="nl", classes=157, *, layers=2, width=64, inner=512, **options):
    """Backbone and operator of the given kind; `kind` None is the clip net alone ("3D CNN")."""
    features = 32 * width
    operator = None if kind is None else FeatureBankOperator(features, kind=kind, layers=layers, inner=inner)
    return LongTermNet(backbone(width=width, **options), operator, classes, features)


def twice_the_net(classes=157, *, width=64, **options):
    """The first baseline of the slides, on the same backbone."""
    return TwiceTheNet(backbone(width=width, **options), backbone(width=width, **options), classes, 32 * width)


def self_attention_twice(classes=157, *, width=64, inner=512, **options):
    """The second baseline of the slides."""
    return SelfAttentionTwice(backbone(width=width, **options), FeatureBankOperator(32 * width, inner=inner), classes)
