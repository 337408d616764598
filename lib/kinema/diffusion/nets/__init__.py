"""Networks that denoise video. This package, unlike the rest of `kinema.diffusion`, imports torch.

A network is called as ``net(x, t, ...)`` with noised clips ``(B, C, F, H, W)``, values of about [-1, 1], and noise
steps ``(B,)``, whole or not; it returns its prediction in the shape of `x`. Six published ones are here, each in the
module of its name: `fdm`, `mcvd`, `make_a_video`, `ramvid`, `rvd`, `vdm`; builders beside the class give it the sizes of
its paper. `video_unet` is the course's own, small enough for two cores.
"""
