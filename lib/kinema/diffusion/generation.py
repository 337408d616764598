"""Making the missing frames of clips with a trained network."""

import torch

from kinema.diffusion.captions import encode
from kinema.diffusion.conditioning import mix
from kinema.diffusion.samplers import ddim, guided
from kinema.diffusion.schedules import cosine_schedule, spaced
from kinema.diffusion.training import STEPS_OF_NOISE


@torch.no_grad()
def generate(net, given, observed, times=None, *, caption=None, vocabulary=(), guidance=1.0, steps=40, eta=0.0, seed=0):
    """Clips whose `observed` frames are given and whose others `net` makes up.

    Parameters
    ----------
    net : VideoUNet
        Trained by `kinema.diffusion.training.fit`, which has it predict v.
    given : tensor, shape (B, C, F, H, W)
        In [-1, 1]; what is in frames that are not observed is ignored.
    observed : bool tensor, shape (B, F) or (F,)
    times : tensor, shape (B, F) or (F,), or None
        Frame indices; None is 0, 1, 2 and so on.
    caption : str, sequence of str or None
        Of the words in `vocabulary`.
    vocabulary : sequence of str
        As the films that `net` learned from have it.
    guidance : float
        Scale of guidance towards the caption; 1 is none.
    steps : int
        Of DDIM.
    eta : float
        Share of DDPM's noise.
    seed : int

    Returns
    -------
    tensor, shape of `given`
        The observed frames exactly as given, all in [-1, 1].

    Raises
    ------
    ValueError
        If shapes disagree, or a caption holds a word that is not in `vocabulary`.
    """
    B, _, frames, _, _ = given.shape
    device = next(net.parameters()).device
    given = given.to(device)
    observed = torch.as_tensor(observed, device=device).expand(B, frames)
    times = torch.arange(frames, device=device) if times is None else torch.as_tensor(times, device=device)
    times = times.expand(B, frames)
    words = None
    if caption is not None:
        captions = [caption] * B if isinstance(caption, str) else list(caption)
        words = torch.stack([torch.from_numpy(encode(text, vocabulary)) for text in captions]).to(device)
    noise = torch.Generator().manual_seed(seed)

    def draw(shape):
        return torch.randn(shape, generator=noise).to(device)

    def predict(x, t):
        x = mix(given, x, observed)  # what is given enters clean, at every step
        step = torch.full((B,), t / STEPS_OF_NOISE, device=device)
        if words is None or guidance == 1:
            return net(x, step, observed, times, words)
        return guided(net(x, step, observed, times, words), net(x, step, observed, times, None), guidance)

    chosen = spaced(STEPS_OF_NOISE, steps)
    made = ddim(predict, draw(given.shape), chosen, alpha_bar=cosine_schedule(STEPS_OF_NOISE), kind="v", eta=eta, draw=draw, clip=1.0)
    return mix(given, made, observed)
