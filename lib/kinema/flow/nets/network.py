"""What every flow network here has in common: the call ``net(I0, I1)``, and predictions to train on."""

import torch
import torch.nn.functional as F
from torch import nn


def check_frames(I0, I1):
    """Refuse anything but two floating-point colour batches of one shape (B, 3, H, W)."""
    for name, frame in (("I0", I0), ("I1", I1)):
        if not isinstance(frame, torch.Tensor) or not frame.is_floating_point():
            kind = getattr(frame, "dtype", type(frame).__name__)
            raise ValueError(f"{name} is {kind}: give a floating-point tensor in [0, 1]")
        if frame.ndim != 4 or frame.shape[1] != 3:
            raise ValueError(
                f"{name} has shape {tuple(frame.shape)}, expected (B, 3, H, W): "
                "put colour second; repeat a gray frame three times"
            )
    if I0.shape != I1.shape:
        raise ValueError(f"I0 has shape {tuple(I0.shape)} and I1 {tuple(I1.shape)}: crop or resize one of them")


class FlowNetwork(nn.Module):
    """A network that maps two frames to flow.

    Subclasses set `multiple`, the number of pixels that height and width must be divisible by, and define
    `predictions`. Both take frames in [0, 1]: each network normalises its input itself. `align_corners` says how
    a last prediction coarser than the frames is interpolated.
    """

    multiple = 64
    align_corners = False

    def predictions(self, I0, I1):
        """Every flow the network predicts on its way, for the loss.

        Parameters
        ----------
        I0, I1 : tensor, shape (B, 3, H, W)
            Frames in [0, 1]; H and W divisible by `multiple`.

        Returns
        -------
        list of tensor, shape (B, 2, h, w)
            Coarse to fine. Each on its own grid, but all in pixels of the *input* frame per frame, so that one
            true flow, averaged down to each grid, is the target of them all (see `losses.multiscale_epe`).
        """
        raise NotImplementedError

    def forward(self, I0, I1, **options):
        """Flow from I0 to I1.

        Parameters
        ----------
        I0, I1 : tensor, shape (B, 3, H, W)
            Frames in [0, 1]: padded to `multiple` by repeating their last rows and columns. Of any size, unless the
            network says otherwise (RAFT's pyramid needs 64 x 64 or more).
        **options
            What `predictions` takes besides: RAFT's `updates`, for one.

        Returns
        -------
        flow : tensor, shape (B, 2, H, W)
            u (right) and v (down), pixels/frame, ``I0(x) ≈ I1(x + flow)``.

        Raises
        ------
        ValueError
            If the frames are no two floating-point tensors of one shape (B, 3, H, W).
        """
        check_frames(I0, I1)
        H, W = I0.shape[-2:]
        right, down = -W % self.multiple, -H % self.multiple
        I0, I1 = (F.pad(frame, (0, right, 0, down), mode="replicate") for frame in (I0, I1))
        flow = self.predictions(I0, I1, **options)[-1]
        if flow.shape[-2:] != I0.shape[-2:]:  # values are in input pixels already: only the grid changes
            flow = F.interpolate(flow, size=I0.shape[-2:], mode="bilinear", align_corners=self.align_corners)
        return flow[..., :H, :W]

    def check_size(self, I0, I1):
        """Refuse training frames that would need padding: their target would have to be padded, too."""
        check_frames(I0, I1)
        H, W = I0.shape[-2:]
        if H % self.multiple or W % self.multiple:
            raise ValueError(
                f"{type(self).__name__}.predictions needs height and width divisible by {self.multiple}, got "
                f"{H} x {W}: crop the frames, or call the network itself, which pads"
            )


def initialise(net, init):
    """Draw all convolutions' weights anew with `init`, and set their biases to zero."""
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            init(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
