"""CoViAR: learn from the compressed film itself, from pictures sent whole, motion vectors, and residuals.

Wu, Zaheer, Hu, Manmatha, Smola & Krähenbühl (2018). A decoder needs every frame since the last whole picture; traced
back along the motion vectors, each frame needs that picture only.
"""

import torch
from torch import nn

from kinema.arrays import namespace
from kinema.recognition.image.resnet import resnet18, resnet152


def accumulate(vectors, residuals):
    """Motion vectors and residuals of each frame, traced back to the last whole picture.

    Parameters
    ----------
    vectors : integer array, shape (T, 2, H, W)
        For the t-th frame after the whole picture: pixel x of this frame was predicted from x - vector of the frame
        before. (u, v), pixels.
    residuals : array, shape (T, C, H, W)
        What the prediction lacked.

    Returns
    -------
    motion : integer array, shape (T, 2, H, W)
        Pixel x of frame t comes from x - motion of the whole picture.
    correction : array, shape (T, C, H, W)
        Sum of the residuals along that way: frame t = picture(x - motion) + correction, exactly.

    Raises
    ------
    ValueError
        If the shapes disagree or the vectors are not signed whole numbers.

    References
    ----------
    Wu et al. (2018), section 3.2. Vectors that point out of the frame read its border.
    """
    xp = namespace(vectors, residuals)
    if vectors.ndim != 4 or vectors.shape[1] != 2 or residuals.ndim != 4:
        raise ValueError(f"vectors must be (T, 2, H, W), got {tuple(vectors.shape)}; residuals {tuple(residuals.shape)}")
    if vectors.shape[0] != residuals.shape[0] or vectors.shape[2:] != residuals.shape[2:]:
        raise ValueError(f"vectors {tuple(vectors.shape)} and residuals {tuple(residuals.shape)} disagree")
    if not xp.isdtype(vectors.dtype, "signed integer"):
        raise ValueError(f"motion vectors are signed whole pixels here, got dtype {vectors.dtype}: round or cast them first")
    narrow, vectors = vectors.dtype, xp.astype(vectors, xp.int64)      # places in a frame do not fit into 16 bits
    H, W = vectors.shape[2:]
    kind = dict(dtype=vectors.dtype, device=vectors.device)
    y, x = (xp.broadcast_to(axis, (H, W)) for axis in (xp.arange(H, **kind)[:, None], xp.arange(W, **kind)[None, :]))
    motion = [xp.zeros((2, H, W), **kind)]
    correction = [xp.zeros(tuple(residuals.shape[1:]), dtype=residuals.dtype, device=residuals.device)]
    for t in range(vectors.shape[0]):
        from_x, from_y = xp.clip(x - vectors[t, 0, ...], 0, W - 1), xp.clip(y - vectors[t, 1, ...], 0, H - 1)
        place = xp.reshape(from_y * W + from_x, (H * W,))

        def fetch(field, place=place):
            flat = xp.reshape(field, (field.shape[0], H * W))
            return xp.reshape(xp.take(flat, place, axis=1), tuple(field.shape))

        step = xp.stack([x - from_x, y - from_y])
        motion.append(fetch(motion[-1]) + step)
        correction.append(fetch(correction[-1]) + residuals[t, ...])
    return xp.astype(xp.stack(motion[1:]), narrow), xp.stack(correction[1:])


class CoViAR(nn.Module):
    """Three picture networks, one per kind of data in the stream; their scores are added.

    Parameters
    ----------
    picture, motion, residual : nn.Module
        Map (B, 3, H, W), (B, 2, H, W) and (B, 3, H, W) to logits.
    """

    def __init__(self, picture, motion, residual):
        super().__init__()
        self.picture, self.motion, self.residual = picture, motion, residual

    def forward(self, picture, motion, residual):
        """Sum of logits, (B, classes)."""
        return self.picture(picture) + self.motion(motion) + self.residual(residual)


def coviar(classes=101, **options):
    """ResNet-152 for whole pictures, ResNet-18 for accumulated vectors and for residuals."""
    return CoViAR(resnet152(classes, **options), resnet18(classes, channels=2, **options), resnet18(classes, **options))


def as_input(motion, *, bound=20.0):
    """Accumulated vectors as network input: float, cut to ±bound pixels, divided by it."""
    return torch.as_tensor(motion).to(torch.float32).clamp(-bound, bound) / bound
