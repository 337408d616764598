"""Networks that recognise what happens in a clip, and what came before them. This package imports torch.

Clips are ``(B, C, T, H, W)``. A network is called as ``net(clip)`` and returns logits ``(B, classes)``; those of two
streams take a tensor for each.
"""

from kinema.recognition.layouts import to_clip, to_frames

__all__ = ["to_clip", "to_frames"]
