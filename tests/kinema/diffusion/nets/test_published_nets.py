"""The six published networks: their sizes, who can see whom in them, and that each learns on real footage."""

import math

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: there are no networks to test")

from kinema.cost import count_parameters
from kinema.diffusion.nets import fdm, make_a_video, mcvd, ramvid, rvd, vdm
from kinema.diffusion.nets.convolutions import PseudoConv3d
from kinema.diffusion.nets.fir_resampling import doubled, halved
from kinema.diffusion.nets.relative_positions import RelativeBias

# Sizes


def weight_of(build, **options):
    with torch.device("meta"):
        return count_parameters(build(**options))


@pytest.mark.parametrize(
    ("build", "parameters"),
    [
        # Built by the authors' code (FDM), and by the open code that it is read from (VDM).
        (fdm.fdm_64, 115_985_411),
        (fdm.fdm_128, 80_358_147),
        (fdm.fdm_128_two_blocks, 118_957_443),
        (vdm.vdm_base, 35_706_243),
    ],
)
def test_as_many_parameters_as_the_network_it_is_built_after(build, parameters):
    assert weight_of(build) == parameters


@pytest.mark.parametrize(
    ("build", "millions"), [(rvd.rvd_64, (18.74, 13.75, 5.12, 37.61)), (rvd.rvd_128, (18.95, 12.99, 11.67, 43.61))]
)
def test_the_three_parts_of_rvd(build, millions):
    with torch.device("meta"):
        net = build()
    parts = [count_parameters(part) for part in (net.denoiser, net.context, net.mean)]
    assert [round(n / 1e6, 2) for n in (*parts, count_parameters(net))] == list(millions)
    assert sum(parts) == count_parameters(net)


def test_ramvid_is_improved_ddpm_with_kernels_as_deep_as_wide():
    """By the list of layers of Improved DDPM's network, counted on paper."""

    def conv(cin, cout, kernel=27):
        return cin * cout * kernel + cout

    def block(cin, cout):
        skip = conv(cin, cout, 1) if cin != cout else 0
        return 2 * cin + conv(cin, cout) + 512 * 2 * cout + 2 * cout + 2 * cout + conv(cout, cout) + skip

    def attention(c):
        return 2 * c + conv(c, 3 * c, 1) + conv(c, c, 1)

    for build, blocks in ((ramvid.ramvid_kinetics, 3), (ramvid.ramvid_bair, 2)):
        total = conv(128, 512, 1) + conv(512, 512, 1) + conv(3, 128) + 2 * 128 + conv(128, 3)
        left, c = [128], 128
        for level, wide in enumerate((128, 256, 384, 512)):
            for _ in range(blocks):
                total, c = total + block(c, wide) + (level > 1) * attention(wide), wide
                left.append(c)
            if level < 3:
                total += conv(c, c)
                left.append(c)
        total += 2 * block(c, c) + attention(c)
        for level, wide in reversed(list(enumerate((128, 256, 384, 512)))):
            for _ in range(blocks + 1):
                total, c = total + block(c + left.pop(), wide) + (level > 1) * attention(wide), wide
            total += conv(c, c) if level else 0
        assert weight_of(build) == total


def test_given_frames_weigh_little_as_channels_and_much_in_every_norm():
    base = weight_of(mcvd.mcvd_bair, past=1)
    assert weight_of(mcvd.mcvd_bair) - base == 9 * 3 * 192              # three more channels of the first layer
    plain, spatin = weight_of(mcvd.mcvd_smmnist), weight_of(mcvd.mcvd_smmnist, spatin=128)
    assert plain < 28.0e6 and spatin > 1.9 * plain


# What depends on what


def shaken(net, but=()):
    """`net` with weights drawn anew: fresh ones have zeros that would hide a connection."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for name, parameter in net.named_parameters():
            if not any(part in name.split(".") for part in but):
                fan = parameter[0].numel() if parameter.ndim > 1 else 4
                torch.nn.init.normal_(parameter.data, mean=float(parameter.ndim == 1 and "norm" in name), std=fan**-0.5)
    return net.eval()


def influence(function, x):
    """(F', F): whether output frame i changes with input frame j, by its derivative; exact zeros only are none."""
    x = x.clone().requires_grad_()
    y = function(x)
    torch.manual_seed(1)
    weights = torch.randn_like(y)
    rows = []
    for i in range(y.shape[2]):
        (grad,) = torch.autograd.grad((y * weights)[:, :, i].sum(), x, retain_graph=True, allow_unused=True)
        rows.append(torch.zeros(x.shape[2], dtype=torch.bool) if grad is None else (grad != 0).any(dim=(0, 1, 3, 4)))
    return torch.stack(rows)


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def steps(*values):
    return torch.tensor(values)


SMALL_U = {"width": 16, "multipliers": (1, 2), "attend": (1,), "blocks": 1}
ALL = {frames: torch.ones(frames, frames, dtype=torch.bool) for frames in (3, 4)}


def small_fdm(**options):
    return shaken(fdm.FDM(**SMALL_U, **options))


def test_fdm_without_temporal_attention_sees_frames_one_by_one():
    x = noise(2, 3, 4, 8, 8)
    assert torch.equal(influence(lambda x: small_fdm(temporal=False)(x, steps(3, 700)), x), torch.eye(4, dtype=torch.bool))
    assert torch.equal(influence(lambda x: small_fdm()(x, steps(3, 700)), x), ALL[4])


def test_fdm_answers_in_the_order_in_which_it_is_asked():
    net, x, order = small_fdm(), noise(1, 3, 4, 8, 8), [2, 0, 3, 1]
    times, observed = torch.tensor([[0, 7, 8, 300]]), torch.tensor([[True, False, False, True]])
    with torch.no_grad():
        y = net(x, steps(500), times, observed)
        turned = net(x[:, :, order], steps(500), times[:, order], observed[:, order])
        # and frames at each other's times are another film
        other = net(x[:, :, order], steps(500), times, observed[:, order])
    torch.testing.assert_close(turned, y[:, :, order], rtol=1e-4, atol=1e-5)
    assert (other - y[:, :, order]).abs().max() > 1e-2


def test_fdm_knows_distances_in_time_and_no_dates():
    net, x, times = small_fdm(), noise(1, 3, 3, 8, 8), torch.tensor([[0, 1, 12]])
    with torch.no_grad():
        y = net(x, steps(500), times)
        torch.testing.assert_close(net(x, steps(500), times + 1000), y, rtol=1e-4, atol=1e-5)
        assert (net(x, steps(500), 2 * times) - y).abs().max() > 1e-2
        assert (net(x, steps(500), -times) - y).abs().max() > 1e-2      # before is not after


def test_padding_is_seen_by_padding_only():
    net, x = small_fdm(), noise(2, 3, 5, 8, 8)
    padding = torch.tensor([[False, False, False, True, True], [False, False, False, True, True]])
    found = influence(lambda x: net(x, steps(3, 700), padding=padding), x)
    kind = padding[0]
    assert torch.equal(found, kind[:, None] == kind)
    with torch.no_grad():
        long, short = net(x, steps(3, 700), padding=padding), net(x[:, :, :3], steps(3, 700))
    torch.testing.assert_close(long[:, :, :3], short, rtol=1e-4, atol=1e-5)


def test_observed_frames_enter_clean_and_are_marked():
    net, x, x0 = small_fdm(), noise(1, 3, 3, 8, 8), noise(1, 3, 3, 8, 8, seed=1)
    observed = torch.tensor([[True, False, True]])
    mixed = torch.where(observed[:, None, :, None, None], x0, x)
    with torch.no_grad():
        y = net(x, steps(9), observed=observed, x0=x0)
        assert torch.equal(net(mixed, steps(9), observed=observed), y)
        assert (net(mixed, steps(9)) - y).abs().max() > 1e-2            # the same pixels, taken for noised ones


def test_temporal_attention_is_its_formula_pair_by_pair():
    C, heads, frames = 8, 2, 3
    layer = shaken(fdm.TemporalAttention(C, heads, 5))
    x, embedding, times = noise(frames, C, 1, 1), noise(1, 5, seed=1), torch.tensor([[0, 4, 9]])
    with torch.no_grad():
        found = layer(x, embedding, times, None)[:, :, 0, 0]            # (F, C)
        y = layer.norm(x.reshape(1, frames, C).transpose(1, 2)).transpose(1, 2)[0]
        q, k, v = layer.qkv(y).reshape(frames, 3, heads, C // heads).unbind(1)
        Rq, Rk, Rv = (R(times, embedding)[0] for R in (layer.on_queries, layer.on_keys, layer.on_values))
        rows = []
        for i in range(frames):
            parts = []
            for h in range(heads):
                scores = [q[i, h] @ (k[j, h] + Rk[i, j, h]) + k[j, h] @ Rq[j, i, h] for j in range(frames)]
                weights = (torch.stack(scores) / math.sqrt(C // heads)).softmax(0)
                parts.append(sum(weights[j] * (v[j, h] + Rv[i, j, h]) for j in range(frames)))
            rows.append(y[i] + layer.out(torch.cat(parts)))
    torch.testing.assert_close(found, torch.stack(rows), rtol=1e-4, atol=1e-5)


def small_vdm():
    return shaken(vdm.VDM(width=8, multipliers=(1, 2)))


def test_pictures_appended_to_a_clip_see_themselves_only():
    net, x = small_vdm(), noise(2, 3, 5, 8, 8)
    expected = torch.eye(5, dtype=torch.bool)
    expected[:3, :3] = True
    assert torch.equal(influence(lambda x: net(x, steps(3, 700), images=2), x), expected)
    assert influence(lambda x: net(x, steps(3, 700)), x).all()
    with torch.no_grad():
        y = net(x, steps(3, 700), images=2)
        apart = [net(part, steps(3, 700)) for part in (x[:, :, :3], x[:, :, 3:4], x[:, :, 4:])]
    torch.testing.assert_close(y, torch.cat(apart, dim=2), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("table", [True, False])
def test_vdm_tells_before_from_after_by_its_table_or_by_turning_alone(table):
    net, x = small_vdm(), noise(1, 3, 4, 8, 8)
    with torch.no_grad():
        if not table:
            net.bias.table.weight.zero_()
        assert (net(x.flip(2), steps(500)).flip(2) - net(x, steps(500))).abs().max() > 1e-2


def test_near_frames_have_numbers_of_their_own_and_far_ones_share():
    bias = RelativeBias(1)
    with torch.no_grad():
        bias.table.weight.copy_(torch.arange(32.0)[:, None])
        found = bias(100)[0]
    assert found[50, 50] == 0
    assert found[50, 43:50].tolist() == [7, 6, 5, 4, 3, 2, 1] and found[50, 51:58].tolist() == [17, 18, 19, 20, 21, 22, 23]
    assert found[99, 0] == found[99, 60] == 15 and found[0, 99] == 31   # 32 steps and more
    assert (found[99].diff() <= 0).all()


def test_make_a_video_starts_as_a_network_for_pictures():
    net = shaken(make_a_video.MakeAVideo(image=8, head_channels=8, **SMALL_U), but=("time",))
    x, look, fps = noise(2, 3, 4, 8, 8), noise(2, 8), steps(8.0, 24.0)
    assert torch.equal(influence(lambda x: net(x, steps(3, 700), look, fps), x), torch.eye(4, dtype=torch.bool))
    with torch.no_grad():
        y = net(x, steps(3, 700), look, fps)
        alone = [net(x[:, :, k : k + 1], steps(3, 700), look, fps) for k in range(4)]
    torch.testing.assert_close(y, torch.cat(alone, dim=2), rtol=1e-4, atol=1e-5)
    assert y.std() > 1e-2                                               # else the test says nothing
    assert influence(lambda x: shaken(net)(x, steps(3, 700)), x).all()


def test_make_a_video_trains_on_pictures_without_its_layers_over_frames():
    net, x = shaken(make_a_video.MakeAVideo(image=8, head_channels=8, **SMALL_U)), noise(1, 3, 1, 8, 8)
    y = net(x, steps(500))
    y.square().mean().backward()
    over_frames = {name: p for name, p in net.named_parameters() if "time" in name.split(".")}
    assert over_frames and all(p.grad is None for p in over_frames.values())


def test_what_make_a_video_is_told_matters_and_may_be_left_out():
    net, x = shaken(make_a_video.MakeAVideo(image=8, head_channels=8, **SMALL_U)), noise(1, 3, 2, 8, 8)
    with torch.no_grad():
        plain, look, fast = net(x, steps(3)), net(x, steps(3), noise(1, 8)), net(x, steps(3), fps=steps(24.0))
    assert (look - plain).abs().max() > 1e-3 and (fast - plain).abs().max() > 1e-3


def test_a_pseudo_3d_convolution_is_at_first_its_convolution_of_frames():
    layer, x = PseudoConv3d(2, 3, 3, 2), noise(1, 2, 4, 6, 6)
    assert torch.equal(layer(x), layer.space(x)) and layer(x).shape == (1, 3, 4, 3, 3)


def small_rvd():
    return shaken(rvd.RVD(width=8, multipliers=(1, 2), mean_multipliers=(1, 2, 2)))


def test_rvd_sees_earlier_frames_only():
    net, x, past = small_rvd(), noise(1, 3, 3, 8, 8), noise(1, 3, 4, 8, 8, seed=1)
    # Three frames after four: the first follows two of them.
    earlier = torch.arange(4) <= torch.arange(3)[:, None] + 1
    assert torch.equal(influence(lambda past: net(x, steps(9), past), past), earlier)
    assert torch.equal(influence(lambda past: net.means(past, 3), past), earlier)
    assert torch.equal(influence(lambda x: net(x, steps(9), past), x), torch.eye(3, dtype=torch.bool))


def test_rvd_frame_by_frame_is_rvd_at_once():
    net, x, past = small_rvd(), noise(1, 3, 2, 8, 8), noise(1, 3, 3, 8, 8, seed=1)
    with torch.no_grad():
        single = [net(x[:, :, k : k + 1], steps(9), past[:, :, : k + 2]) for k in range(2)]
        torch.testing.assert_close(net(x, steps(9), past), torch.cat(single, dim=2), rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(net.means(past, 2)[:, :, -1:], net.means(past), rtol=1e-4, atol=1e-5)
        assert net.means(past).abs().max() <= 1


def test_ramvid_looks_both_ways_and_keeps_every_frame():
    net, x = shaken(ramvid.RaMViD(**SMALL_U)), noise(1, 3, 4, 8, 8)
    assert torch.equal(influence(lambda x: net(x, steps(9)), x), ALL[4])
    # Without attention a frame is seen as far as kernels reach, forward as backward.
    far = ramvid.RaMViD(width=16, multipliers=(1,), attend=(), blocks=1)
    far.unet.middle, long = torch.nn.ModuleList(), noise(1, 3, 24, 2, 2)
    for module in far.modules():                                        # whose means are over all frames
        if isinstance(module, torch.nn.GroupNorm):
            module.forward = lambda x: x
    reach = influence(lambda x: shaken(far)(x, steps(9)), long)
    # Eight convolutions one after the other: the first, two in each of three blocks, the last.
    assert torch.equal(reach, (torch.arange(24)[:, None] - torch.arange(24)).abs() <= 8)
    frames = set()
    for module in net.modules():
        if isinstance(module, torch.nn.Conv3d):
            module.register_forward_hook(lambda m, given, y: frames.add(y.shape[2]))
    with torch.no_grad():
        net(noise(1, 3, 5, 8, 8), steps(9))
    assert frames == {5}


SMALL_MCVD = {"frames": 3, "past": 2, "future": 1, "width": 8, "multipliers": (1, 2), "attend": (1,), "blocks": 1}


@pytest.mark.parametrize("spatin", [0, 8])
def test_mcvd_reads_past_and_future_and_does_without(spatin):
    net = shaken(mcvd.MCVD(spatin=spatin, **SMALL_MCVD))
    x, past, future = noise(2, 3, 3, 8, 8), noise(2, 3, 2, 8, 8, seed=1), noise(2, 3, 1, 8, 8, seed=2)
    assert influence(lambda past: net(x, steps(3, 700), past, future), past).all()
    assert influence(lambda future: net(x, steps(3, 700), past, future), future).all()
    assert torch.equal(influence(lambda x: net(x, steps(3, 700), past, future), x), ALL[3])
    with torch.no_grad():
        assert torch.equal(net(x, steps(3, 700)), net(x, steps(3, 700), 0 * past, 0 * future))
        half = net(x, steps(3, 700), past * torch.tensor([1.0, 0]).reshape(2, 1, 1, 1, 1), future)
        torch.testing.assert_close(half[:1], net(x, steps(3, 700), past, future)[:1], rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(half[1:], net(x, steps(3, 700), None, future)[1:], rtol=1e-4, atol=1e-5)


def test_spatin_reads_given_frames_in_its_norms_only():
    net = mcvd.MCVD(spatin=8, **SMALL_MCVD)
    assert net.stem.in_channels == 9 and mcvd.MCVD(**SMALL_MCVD).stem.in_channels == 18


def test_the_filter_keeps_what_is_smooth_and_stops_what_alternates():
    flat, ramp = torch.ones(1, 2, 8, 8), torch.arange(8.0).expand(1, 2, 8, 8)
    inner = (..., slice(2, -2), slice(2, -2))
    torch.testing.assert_close(halved(flat)[..., 1:-1, 1:-1], flat[..., :2, :2])
    torch.testing.assert_close(doubled(flat)[inner], torch.ones(1, 2, 12, 12))
    # Pixel centres: 2k and 2k + 1 become one at 2k + 1/2; one becomes two, a quarter before and after.
    torch.testing.assert_close(halved(ramp)[..., 1:-1, 1:-1], torch.tensor([2.5, 4.5]).expand(1, 2, 2, 2))
    torch.testing.assert_close(doubled(ramp)[..., 8, 2:-2], (torch.arange(2.0, 14) / 2 - 0.25).expand(1, 2, 12))
    assert halved(ramp % 2 * 2 - 1)[..., 1:-1, 1:-1].abs().max() < 1e-6


# Learning


@pytest.fixture(scope="module")
def city():
    """city(frames, size): real footage as a clip (1, 3, frames, size, size) in [-1, 1]."""
    pytest.importorskip("av", reason="PyAV is not installed: no clip can be read")
    from kinema.data import load_clip

    film = torch.from_numpy(load_clip("city", step=2).frames).permute(0, 3, 1, 2) / 127.5 - 1      # (F, 3, H, W)

    def cut(frames, size):
        some = torch.nn.functional.interpolate(film[:frames], size=(size, size), mode="area")
        return some.transpose(0, 1)[None]

    return cut


def noised(x0, seed=0):
    """Half signal, half noise in variance, and the noise."""
    eps = noise(*x0.shape, seed=seed)
    return math.sqrt(0.5) * (x0 + eps), eps


def fdm_loss(net, clip):
    x, eps = noised(clip)
    observed = torch.arange(clip.shape[2])[None] < 2
    times = 3 * torch.arange(clip.shape[2])[None]
    return ((net(x, steps(300), times, observed, x0=clip) - eps)[:, :, 2:] ** 2).mean()


def ramvid_loss(net, clip):
    x, eps = noised(clip)
    x = torch.cat([clip[:, :, :1], x[:, :, 1:]], dim=2)
    return ((net(x, steps(300)) - eps)[:, :, 1:] ** 2).mean()


def rvd_loss(net, clip):
    past = clip[:, :, :-1]
    x, eps = noised(clip[:, :, 2:] - net.means(past, clip.shape[2] - 2))
    return (net(x, steps(300), past) - eps).abs().mean()


def mcvd_loss(net, clip):
    clip = clip[:, : net.channels]
    past, now, future = clip.split([net.past, net.frames, clip.shape[2] - net.past - net.frames], dim=2)
    x, eps = noised(now)
    return ((net(x, steps(300), past, future if net.future else None) - eps) ** 2).mean()


def vdm_loss(net, clip):
    x, eps = noised(clip)
    return ((net(x, steps(300), images=1) - eps) ** 2).mean()


def make_a_video_loss(net, clip):
    x, eps = noised(clip)
    return ((net(x, steps(300), noise(1, 8, seed=3), steps(12.0)) - eps) ** 2).mean()


# Adding the same to all keys changes no attention; nor does what all distances have in common, added to keys.
NO_EFFECT = {"fdm": ("on_keys.out.bias",), "mcvd": (".k.bias",)}
SYSTEMS = {
    # name: builder, its options, loss, frames and size of the clip
    "fdm_64": (fdm.fdm_64, {"width": 16}, fdm_loss, 5, 16),
    "fdm_128": (fdm.fdm_128, {"width": 16}, fdm_loss, 4, 32),
    "fdm_128_two_blocks": (fdm.fdm_128_two_blocks, {"width": 8, "heads": 2}, fdm_loss, 4, 32),
    "ramvid_kinetics": (ramvid.ramvid_kinetics, {"width": 8, "heads": 2}, ramvid_loss, 4, 16),
    "ramvid_bair": (ramvid.ramvid_bair, {"width": 8, "heads": 2}, ramvid_loss, 4, 16),
    "rvd_64": (rvd.rvd_64, {"width": 8}, rvd_loss, 5, 16),
    "rvd_128": (rvd.rvd_128, {"width": 8}, rvd_loss, 4, 32),
    "mcvd_smmnist": (mcvd.mcvd_smmnist, {"width": 16}, mcvd_loss, 10, 16),
    "mcvd_smmnist_spatin": (mcvd.mcvd_smmnist, {"width": 16, "spatin": 8}, mcvd_loss, 10, 16),
    "mcvd_smmnist_interpolation": (mcvd.mcvd_smmnist, {"width": 16, "future": 5}, mcvd_loss, 15, 16),
    "mcvd_kth": (mcvd.mcvd_kth, {"width": 16}, mcvd_loss, 15, 16),
    "mcvd_kth_spatin": (mcvd.mcvd_kth_spatin, {"width": 16, "spatin": 8, "head_channels": 16}, mcvd_loss, 15, 16),
    "mcvd_bair": (mcvd.mcvd_bair, {"width": 16}, mcvd_loss, 7, 16),
    "mcvd_cityscapes": (mcvd.mcvd_cityscapes, {"width": 16}, mcvd_loss, 7, 32),
    "mcvd_cityscapes_spatin": (mcvd.mcvd_cityscapes_spatin, {"width": 16, "spatin": 8}, mcvd_loss, 7, 32),
    "mcvd_ucf101": (mcvd.mcvd_ucf101, {"width": 16}, mcvd_loss, 8, 16),
    "vdm_base": (vdm.vdm_base, {"width": 8}, vdm_loss, 5, 16),
    "make_a_video_decoder": (
        make_a_video.make_a_video_decoder, {"width": 8, "image": 8, "head_channels": 8}, make_a_video_loss, 4, 16
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SYSTEMS)
def test_it_learns_on_real_footage_and_the_loss_reaches_every_parameter(name, city):
    build, options, loss_of, frames, size = SYSTEMS[name]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = build(**options)
    optimiser, clip, losses = torch.optim.Adam(net.parameters(), lr=3e-3), city(frames, size), []
    # Layers that start at zero let nothing through before they have moved; five of them lie behind each other in FDM.
    for _ in range(10):
        optimiser.zero_grad()
        loss = loss_of(net, clip)
        loss.backward()
        losses.append(loss.item())
        optimiser.step()
    assert losses[-1] < 0.95 * losses[0], losses
    known = NO_EFFECT.get(name.split("_")[0], ())
    dead = [n for n, p in net.named_parameters() if not n.endswith(known or "-") and (p.grad is None or not (p.grad != 0).any())]
    assert not dead


@pytest.mark.parametrize("name", ["fdm_64", "ramvid_bair", "rvd_64", "mcvd_bair", "vdm_base", "make_a_video_decoder"])
def test_the_shape_is_kept_and_steps_may_be_whole_or_not(name, city):
    build, options, _, _, size = SYSTEMS[name]
    net = shaken(build(**options))
    frames = net.frames if isinstance(net, mcvd.MCVD) else 3
    x = city(frames, size).expand(2, -1, -1, -1, -1)
    more = (x,) if isinstance(net, rvd.RVD) else ()
    with torch.no_grad():
        y, same, other = (net(x, t, *more) for t in (steps(3, 700), steps(3.0, 700.0), steps(3.0, 700.5)))
    assert y.shape == x.shape and torch.isfinite(y).all() and torch.equal(y, same)
    # The second clip's step is the second clip's alone.
    assert (other - y)[1].abs().max() > 1e-5
    torch.testing.assert_close(other[0], y[0], rtol=1e-4, atol=1e-5)


# Refusals


def ones(*shape):
    return torch.ones(*shape)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: small_fdm()(ones(1, 4, 3, 8, 8), steps(1)), "put channels before frames"),
        (lambda: small_fdm()(ones(1, 3, 4, 9, 8), steps(1)), "multiples of 2"),
        (lambda: small_fdm()(ones(2, 3, 4, 8, 8), steps(1)), "t has shape"),
        (lambda: small_fdm()(ones(1, 3, 4, 8, 8), steps(1), ones(4)), "times has shape"),
        (lambda: small_fdm()(ones(1, 3, 4, 8, 8), steps(1), observed=ones(1, 3)), "observed has shape"),
        (lambda: small_fdm()(ones(1, 3, 4, 8, 8), steps(1), padding=ones(1, 3)), "padding has shape"),
        (lambda: small_fdm()(ones(1, 3, 4, 8, 8), steps(1), x0=ones(1, 3, 3, 8, 8)), "x0 has shape"),
        (lambda: ramvid.RaMViD(**SMALL_U)(ones(3, 4, 8, 8), steps(1)), "put channels before frames"),
        (lambda: small_rvd()(ones(1, 3, 3, 8, 8), steps(1), ones(1, 3, 2, 8, 8)), "give the clean frame before each"),
        (lambda: small_rvd()(ones(1, 3, 1, 8, 8), steps(1), ones(1, 1, 2, 8, 8)), "past for this network"),
        (lambda: small_rvd().means(ones(1, 3, 2, 8, 8), 0), "0 frames follow"),
        (lambda: small_vdm()(ones(1, 3, 3, 8, 8), steps(1), images=4), "append the pictures"),
        (lambda: mcvd.MCVD(**SMALL_MCVD)(ones(1, 3, 2, 8, 8), steps(1)), "this network takes 3"),
        (lambda: mcvd.MCVD(**SMALL_MCVD)(ones(1, 3, 3, 8, 8), steps(1), ones(1, 3, 3, 8, 8)), "past has 3 frames"),
        (lambda: mcvd.MCVD(past=0, spatin=8), "SPATIN reads given frames"),
        (lambda: mcvd.MCVD(width=16, head_channels=12), "choose head_channels to divide"),
        (lambda: make_a_video.MakeAVideo(image=8, **SMALL_U)(ones(1, 3, 2, 8, 8), steps(1), ones(1, 7)), "look has shape"),
        (lambda: make_a_video.MakeAVideo(image=8, **SMALL_U)(ones(1, 3, 2, 8, 8), steps(1), fps=ones(2)), "fps has shape"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_remedy(call, words):
    with pytest.raises(ValueError, match=words):
        call()
