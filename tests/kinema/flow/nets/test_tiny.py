"""The network that a page trains: its data are exact, its training repeats, and it beats Lucas–Kanade."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from kinema.flow import lucas_kanade
from kinema.flow.nets.layers import warp
from kinema.flow.nets.spynet import spynet
from kinema.flow.nets.tiny import make_batch, moving_shapes, moving_textures, tiny_flow_net, train
from kinema.metrics import epe


def rng(seed=0):
    return np.random.default_rng(seed)


# The pairs


def test_textures_move_exactly_by_whole_pixels():
    whole = np.array([[3.0, -2.0]])
    first, second = moving_textures(rng(), whole, 32)
    assert first.shape == (1, 3, 32, 32) and first.min() >= 0 and first.max() <= 1
    # I0(x) = I1(x + d); float32 and a Fourier transform round at some 1e-6.
    np.testing.assert_allclose(first[..., 2:, :-3], second[..., :-2, 3:], atol=1e-5)


def test_textures_move_by_parts_of_a_pixel_too():
    # The same draws moved by 0, 1/2 and 1 pixel.
    still, half, one = (moving_textures(rng(5), np.array([[u, 0.5]]), 24)[1] for u in (0.0, 0.5, 1.0))
    np.testing.assert_allclose(one[..., 1:], still[..., :-1], atol=1e-5)
    assert np.abs(half - still).max() > 0.005 and np.abs(half - one).max() > 0.005


def test_shapes_move_by_their_motion_and_the_background_fills_the_frame():
    motion = np.array([[[5.0, 3.0], [4.0, -2.0], [-3.0, 1.0]]])
    first, second = moving_shapes(rng(), motion, 40)
    assert (first[:, 0] == 1).all() and (second[:, 0] == 1).all()
    np.testing.assert_allclose(first[0, 1, 2:, :-4], second[0, 1, :-2, 4:], atol=1e-9)
    np.testing.assert_allclose(first[0, 2, :-1, 3:], second[0, 2, 1:, :-3], atol=1e-9)
    assert 0.05 < first[0, 1:].mean() < 0.9


def test_a_batch_holds_frames_in_range_and_flow_up_to_the_named_speed():
    I0, I1, flow = make_batch(rng(), size=40, batch=5, max_motion=6)
    assert I0.shape == I1.shape == (5, 3, 40, 40) and flow.shape == (5, 2, 40, 40)
    assert all(x.dtype == torch.float32 for x in (I0, I1, flow))
    assert float(torch.stack([I0, I1]).min()) >= 0 and float(torch.stack([I0, I1]).max()) <= 1
    speeds = flow.norm(dim=1)
    assert 3 < float(speeds.max()) <= 6
    assert len(torch.unique(flow[0, 0])) in (2, 3)  # background and patches, one motion each


def test_the_flow_explains_the_second_frame_where_nothing_is_covered():
    I0, I1, flow = make_batch(rng(3), size=48, batch=6, max_motion=1.5, patches=1)
    warped, inside = warp(I1, flow)
    moved = (inside * (warped - I0).abs()).mean()
    still = (inside * (I1 - I0).abs()).mean()
    assert float(moved) < 0.5 * float(still)


def test_each_pixel_of_the_first_frame_has_the_motion_of_the_layer_it_shows():
    _, _, flow = make_batch(rng(4), size=40, batch=3, patches=2)
    again = rng(4)  # the same draws, layer by layer
    speed, angle = again.uniform(0, 8, (3, 3)), again.uniform(0, 2 * np.pi, (3, 3))
    motion = np.stack([speed * np.cos(angle), speed * np.sin(angle)], axis=-1)
    moving_textures(again, motion, 40)
    shown, _ = moving_shapes(again, motion, 40)
    for b in range(3):
        for y in range(40):
            for x in range(40):
                front = max(layer for layer in range(3) if shown[b, layer, y, x] > 0.5)
                assert flow[b, :, y, x].tolist() == pytest.approx(motion[b, front], abs=1e-5)


def test_the_same_seed_draws_the_same_batch():
    for a, b in zip(make_batch(rng(7)), make_batch(rng(7)), strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(make_batch(rng(7))[0], make_batch(rng(8))[0])


# The network and its training


def test_the_network_is_tiny_and_takes_any_size():
    net = tiny_flow_net()
    assert sum(p.numel() for p in net.parameters()) < 100_000
    with torch.no_grad():
        assert net(torch.rand(2, 3, 33, 50), torch.rand(2, 3, 33, 50)).shape == (2, 2, 33, 50)


def test_before_any_training_the_likeliest_displacement_points_the_right_way():
    generator = torch.Generator().manual_seed(0)
    ground = torch.nn.functional.avg_pool2d(torch.rand(1, 3, 80, 80, generator=generator), 3, stride=1)
    I0, I1 = ground[..., 8:72, 8:72], ground[..., 12:76, 4:68]  # I0(x) = I1(x + (4, -4))
    with torch.no_grad():
        likely = tiny_flow_net().eval().predictions(I0, I1)[0][..., 3:-3, 3:-3].mean(dim=(0, 2, 3))
    assert likely[0] > 0.2 and likely[1] < -0.2


def test_training_repeats_and_leaves_torch_s_random_state_alone():
    state = torch.random.get_rng_state()
    nets = [tiny_flow_net(), tiny_flow_net()]
    histories = [train(net, steps=3, batch=2, size=32) for net in nets]
    assert torch.equal(torch.random.get_rng_state(), state)
    assert histories[0].losses == histories[1].losses
    assert all(torch.equal(a, b) for a, b in zip(*(net.parameters() for net in nets), strict=True))
    assert train(tiny_flow_net(), steps=3, batch=2, size=32, seed=1).losses != histories[0].losses
    assert not nets[0].training


def test_progress_is_reported_and_time_can_be_limited():
    said = []
    history = train(tiny_flow_net(), steps=4, batch=1, size=32, progress=lambda step, loss: said.append((step, loss)))
    assert said == list(enumerate(history.losses)) and history.seconds > 0
    assert len(train(tiny_flow_net(), steps=10_000, seconds=0.2, batch=1, size=32).losses) < 10_000


def test_any_other_network_of_the_course_can_be_trained_in_the_same_way():
    assert len(train(spynet(2), steps=2, batch=1, size=16, lr=1e-4).losses) == 2


def test_after_a_short_training_it_halves_the_error_of_one_level_lucas_kanade():
    net = tiny_flow_net()
    history = train(net, steps=300)  # the page takes 600
    assert np.mean(history.losses[-20:]) < 0.6 * np.mean(history.losses[:20])
    I0, I1, flow = make_batch(rng(99), size=64, batch=16)
    with torch.no_grad():
        learned = net(I0, I1)
    gray0, gray1 = (frame.mean(dim=1).double().numpy() for frame in (I0, I1))

    def error(estimate):
        return float(epe(np.nan_to_num(np.asarray(estimate, dtype=np.float64)), flow.double().numpy()))

    classical = min(error(lucas_kanade(gray0, gray1, window=window)) for window in (9, 15))
    assert error(learned) < classical / 2, (error(learned), classical)
    assert classical < error(np.zeros_like(flow))
