"""The course's own network: each frame by itself without its temporal part, all of them together with it."""

import pytest

torch = pytest.importorskip("torch")

from kinema.diffusion.nets.video_unet import VideoUNet


@pytest.fixture
def net():
    torch.manual_seed(0)
    net = VideoUNet(3, widths=(8, 16), words=5, heads=2).eval().double()
    for parameter in net.parameters():  # parts that start at zero would hide what they do
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.2)
    return net


def inputs(frames=4, batch=2):
    g = torch.Generator().manual_seed(1)
    x = torch.randn(batch, 3, frames, 16, 16, generator=g, dtype=torch.float64)
    observed = torch.zeros(batch, frames, dtype=torch.bool)
    observed[:, 0] = True
    return x, torch.tensor([0.3, 0.8], dtype=torch.float64)[:batch], observed, torch.tensor([[0, 3, 4, 17]] * batch)[:, :frames]


def test_without_attention_over_frames_it_is_a_network_for_pictures(net):
    x, t, observed, times = inputs()
    together = net(x, t, observed, times, temporal=False)
    alone = [net(x[:, :, k : k + 1], t, observed[:, k : k + 1], times[:, k : k + 1], temporal=False) for k in range(4)]
    assert torch.allclose(together, torch.cat(alone, dim=2), atol=1e-12)
    assert torch.equal(together, net(x, t, observed, times + 9, temporal=False))


def test_with_it_every_frame_depends_on_every_other(net):
    x, t, observed, times = inputs()
    x.requires_grad_()
    out = net(x, t, observed, times)
    for k in range(4):
        (grad,) = torch.autograd.grad(out[:, :, k].sum(), x, retain_graph=True)
        assert (grad.abs().amax(dim=(0, 1, 3, 4)) > 0).all()


def test_frames_are_told_apart_by_their_times_not_by_their_places(net):
    x, t, observed, times = inputs()
    order = [2, 0, 3, 1]
    plain = net(x, t, observed, times)
    moved = net(x[:, :, order], t, observed[:, order], times[:, order])
    assert torch.allclose(moved, plain[:, :, order], atol=1e-10)
    assert torch.allclose(net(x, t, observed, times + 100), plain, atol=1e-10)  # only differences count
    assert not torch.allclose(net(x, t, observed, 2 * times), plain, atol=1e-4)


def test_mask_step_and_words_all_have_a_say(net):
    x, t, observed, times = inputs()
    plain = net(x, t, observed, times, torch.zeros(2, 5))
    assert torch.allclose(plain, net(x, t, observed, times), atol=1e-12)  # no words are no words
    words = torch.zeros(2, 5)
    words[0, 3] = 1
    said = net(x, t, observed, times, words)
    assert not torch.allclose(said[0], plain[0], atol=1e-4) and torch.allclose(said[1], plain[1], atol=1e-12)
    assert not torch.allclose(net(x, t + 0.1, observed, times), plain, atol=1e-4)
    assert not torch.allclose(net(x, t, ~observed, times), plain, atol=1e-4)


def test_clips_of_a_batch_do_not_see_each_other(net):
    x, t, observed, times = inputs()
    both = net(x, t, observed, times)
    for b in range(2):
        assert torch.allclose(net(x[b : b + 1], t[b : b + 1], observed[b : b + 1], times[b : b + 1]), both[b : b + 1], atol=1e-12)


def test_at_first_it_says_nothing():
    net = VideoUNet(3, widths=(8, 16))
    x, t, observed, times = inputs()
    assert not net(x.float(), t.float(), observed, times).any()
