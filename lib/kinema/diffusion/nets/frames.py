"""Clips as stacks of single frames and back, and what the networks demand of a clip."""


def fold(clip):
    """Frames as a batch: ``(B, C, F, H, W)`` to ``(B·F, C, H, W)``."""
    return clip.transpose(1, 2).flatten(0, 1)


def unfold(frames, batch):
    """`fold` undone: ``(B·F, C, H, W)`` to ``(B, C, F, H, W)``."""
    return frames.unflatten(0, (batch, -1)).transpose(1, 2)


def stacked(clip):
    """Frames as channels, the channels of a frame side by side: ``(B, C, F, H, W)`` to ``(B, F·C, H, W)``."""
    return clip.transpose(1, 2).flatten(1, 2)


def unstacked(maps, channels):
    """`stacked` undone: ``(B, F·C, H, W)`` to ``(B, C, F, H, W)``."""
    return maps.unflatten(1, (-1, channels)).transpose(1, 2)


def check_clip(clip, channels, *, multiple=1, frames=None, name="x"):
    """Refuse what is no batch of such clips.

    Parameters
    ----------
    clip : tensor
    channels : int
        Of a frame.
    multiple : int
        What H and W must be multiples of: the network halves them so often.
    frames : int or None
        How many there must be; None takes any number.
    name : str
        Of the argument, for the message.

    Returns
    -------
    clip

    Raises
    ------
    ValueError
        With the remedy.
    """
    if clip.ndim != 5 or clip.shape[1] != channels:
        raise ValueError(
            f"{name} for this network is (B, {channels}, F, H, W), got {tuple(clip.shape)}: put channels before frames"
        )
    if clip.shape[3] % multiple or clip.shape[4] % multiple:
        raise ValueError(
            f"{name} has frames of {clip.shape[3]} x {clip.shape[4]}: crop or pad both sides to multiples of {multiple}"
        )
    if frames is not None and clip.shape[2] != frames:
        raise ValueError(
            f"{name} has {clip.shape[2]} frames, this network takes {frames}: cut the clip, or build a network for it"
        )
    return clip


def check_per_clip(t, clip, name="t"):
    """Refuse what is not one number for each clip; returns it."""
    if tuple(t.shape) != (clip.shape[0],):
        raise ValueError(f"{name} has shape {tuple(t.shape)}, but a number for each clip is ({clip.shape[0]},): use expand")
    return t


def check_per_frame(values, clip, name):
    """Refuse what is not one number for each frame; returns it."""
    if tuple(values.shape) != (clip.shape[0], clip.shape[2]):
        raise ValueError(
            f"{name} has shape {tuple(values.shape)}, but a number for each frame is "
            f"{(clip.shape[0], clip.shape[2])}: use expand"
        )
    return values
