"""Video diffusion networks as `kinema.cost` knows them: one denoising step of what each generates at once.

Parameters are quoted from the networks that the authors' own code, or the open code named, builds.
"""

from kinema.cost.models import Model

HOME = "kinema.diffusion.nets"
FDM = "plai-group/flexible-video-diffusion-modeling, as built by its own model code"
RVD = "buggyyang/RVD, as built by its own model code"
RVD_NOTE = "one frame after one; the mean net, which runs once for each frame, is in the parameters only"
RAMVID = "Höppe et al. (2022), sizes of Tobi-r9/RaMViD"
MCVD = "Voleti et al. (2022), sizes of voletiv/mcvd-pytorch"
STEP = (1,)


def _clip(frames, side, channels=3):
    return (1, channels, frames, side, side)


def _fdm(name, side, published):
    clip, each = _clip(20, side), (1, 20)
    return Model(f"{HOME}.fdm:{name}", (clip, STEP, each, each), published, FDM)


def _rvd(name, side, published):
    return Model(f"{HOME}.rvd:{name}", (_clip(1, side), STEP, _clip(1, side)), published, RVD, note=RVD_NOTE)


def _mcvd(name, frames, past, side=64, channels=3, **options):
    shapes = (_clip(frames, side, channels), STEP, _clip(past, side, channels))
    return Model(f"{HOME}.mcvd:{name}", shapes, None, MCVD, options=options)


DIFFUSION = {
    "vdm_base": Model(
        f"{HOME}.vdm:vdm_base", (_clip(16, 64), STEP), 35_706_243,
        "lucidrains/video-diffusion-pytorch 0.7.0, as built by its own model code",
    ),
    "fdm_64": _fdm("fdm_64", 64, 115_985_411),
    "fdm_128": _fdm("fdm_128", 128, 80_358_147),
    "fdm_128_two_blocks": _fdm("fdm_128_two_blocks", 128, 118_957_443),
    "rvd_64": _rvd("rvd_64", 64, "37.61 M"),
    "rvd_128": _rvd("rvd_128", 128, "43.61 M"),
    "ramvid_kinetics": Model(f"{HOME}.ramvid:ramvid_kinetics", (_clip(16, 64), STEP), None, RAMVID),
    "ramvid_bair": Model(f"{HOME}.ramvid:ramvid_bair", (_clip(20, 64), STEP), None, RAMVID),
    "mcvd_smmnist": _mcvd("mcvd_smmnist", 5, 5, channels=1),
    "mcvd_smmnist_spatin": _mcvd("mcvd_smmnist", 5, 5, channels=1, spatin=128),
    "mcvd_kth": _mcvd("mcvd_kth", 5, 10, channels=1),
    "mcvd_kth_spatin": _mcvd("mcvd_kth_spatin", 5, 10, channels=1),
    "mcvd_bair": _mcvd("mcvd_bair", 5, 2),
    "mcvd_bair_spatin": _mcvd("mcvd_bair", 5, 2, spatin=128),
    "mcvd_cityscapes": _mcvd("mcvd_cityscapes", 5, 2, side=128),
    "mcvd_cityscapes_spatin": _mcvd("mcvd_cityscapes_spatin", 5, 2, side=128),
    "mcvd_ucf101": _mcvd("mcvd_ucf101", 4, 4),
    "mcvd_ucf101_spatin": _mcvd("mcvd_ucf101", 4, 4, spatin=192),
    "make_a_video_decoder": Model(
        f"{HOME}.make_a_video:make_a_video_decoder", (_clip(16, 64), STEP, (1, 768), (1,)), None,
        "Singer et al. (2022), on a picture network of the size of openai/guided-diffusion's for 64 pixels",
        note="the paper states no sizes of layers",
    ),
}  # fmt: skip
