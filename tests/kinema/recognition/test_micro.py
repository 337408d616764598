"""The micro data sets ask what they say they ask: chance levels hold exactly, labels follow the motion."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from kinema.flow import lucas_kanade
from kinema.recognition.micro import Directions, PointLights, TextureSpeed, TwoEvents, WhichMoves, batch_of, walker
from kinema.recognition.micro.walkers import JOINTS


def test_every_data_set_is_a_torch_data_set_that_repeats_with_its_seed_only():
    for make in (
        lambda seed: Directions(8, size=12, seed=seed),
        lambda seed: TextureSpeed(8, size=12, seed=seed),
        lambda seed: TwoEvents(8, seed=seed),
        lambda seed: PointLights(8, size=12, seed=seed),
        lambda seed: WhichMoves(8, size=16, seed=seed),
    ):
        data, again, other = make(0), make(0), make(1)
        loader = torch.utils.data.DataLoader(data, batch_size=4)
        clips, labels = next(iter(loader))
        assert clips.dtype == torch.float32 and clips.shape[:2] == (4, 3) and labels.shape == (4,)
        assert 0 <= clips.min() and clips.max() <= 1
        assert torch.equal(batch_of(data)[0], batch_of(again)[0])
        assert not any(torch.equal(data[i][0], other[j][0]) for i in range(8) for j in range(8))
        counts = torch.bincount(batch_of(data)[1])
        assert (counts == counts[0]).all()
        with pytest.raises(IndexError):
            data[8]


def test_a_pair_of_directions_holds_the_same_frames_in_opposite_order():
    data = Directions(20, size=16)
    for k in range(10):
        (a, label_a), (b, label_b) = data[2 * k], data[2 * k + 1]
        assert torch.equal(a, b.flip(1)) and label_a != label_b
    # So any answer that ignores order is right exactly once per pair; first places are not all of one label.
    assert {data[2 * k][1] for k in range(10)} == {0, 1}


@pytest.mark.parametrize("speed", [0.5, 1.0])
def test_directions_move_as_labelled_with_no_seam(speed):
    for i in range(6):
        clip, label = Directions(6, size=32, speed=speed)[i]
        flow = lucas_kanade(clip[0, 0].double(), clip[0, 1].double(), window=15)
        u = np.nanmedian(np.asarray(flow[0]))
        assert u == pytest.approx(speed if label else -speed, abs=0.15 * speed)
        # A column that enters is like its neighbours: no jump where a texture would wrap round.
        steps = torch.diff(clip[0], dim=-1).abs().amax(dim=(0, 1))
        assert steps.max() < 2.5 * steps.median()


def test_speed_shows_in_no_frame_and_texture_in_every_one():
    data = TextureSpeed(80, size=24, frames=4)
    clips, labels = batch_of(data)
    kind, fast = labels // 2, labels % 2
    frame = clips[:, 0, 0]
    across, down = (torch.diff(frame, dim=axis).pow(2).mean(dim=(1, 2)) for axis in (2, 1))
    assert ((across < down).long() == kind).all()                               # one look at one frame
    change = torch.diff(clips[:, 0], dim=1).abs().mean(dim=(1, 2, 3))
    assert change[fast == 1].median() > 1.5 * change[fast == 0].median()
    # A frame's contrast, the only other thing a still could tell, is that of one distribution.
    spread = frame.flatten(1).std(dim=1)
    assert abs(spread[fast == 1].mean() - spread[fast == 0].mean()) < 0.5 * spread.std()
    assert [TextureSpeed(8, size=8, frames=2, label=what)[6][1] for what in ("texture", "speed", "both")] == [0, 1, 1]


def test_one_flash_alone_says_nothing():
    data = TwoEvents(16)
    pairs = [tuple(colour for _, colour in data.events(i)) for i in range(16)]
    assert sorted(pairs) == sorted([(a, b) for a in (0, 1) for b in (0, 1)] * 4)
    for colour in (0, 1):
        for place in (0, 1):
            labels = [data[i][1] for i in range(16) if pairs[i][place] == colour]
            assert sum(labels) * 2 == len(labels)
    assert all(data[i][1] == int(pairs[i][0] == pairs[i][1]) for i in range(16))


def test_flashes_stand_where_the_events_say_and_nowhere_else():
    film, _ = TwoEvents(4)[1]
    energy = (film[0] - film[1]).mean(dim=(1, 2)), (film[2] - film[1]).mean(dim=(1, 2))
    for start, colour in TwoEvents(4).events(1):
        lit = energy[colour][round(start * 4) : round(start * 4) + 2]
        assert (lit > 0.1).all()
    assert ((energy[0] > 0.1).sum() + (energy[1] > 0.1).sum()) == 4
    (a, _), (b, _) = TwoEvents(4, apart=30.0).events(1)
    assert b - a == 30.0


def test_a_walker_is_a_body_in_motion():
    phase = np.linspace(0, 2 * np.pi, 41)
    points = {name: walker(phase)[:, k] for k, name in enumerate(JOINTS)}
    for a, b in [("hip", "near knee"), ("near knee", "near ankle"), ("far shoulder", "far elbow"), ("near elbow", "near wrist")]:
        length = np.linalg.norm(points[a] - points[b], axis=-1)
        assert np.ptp(length) < 1e-9                                            # limbs are rigid
    assert np.allclose(walker(phase)[0], walker(phase)[-1])                     # and a stride closes
    assert (points["head"][:, 1] < points["near shoulder"][:, 1]).all() and (points["hip"][:, 1] < points["near ankle"][:, 1]).all()
    # Legs swing against each other, and knees bend one way only: the ankle trails the line of the thigh.
    assert np.corrcoef(points["near ankle"][:, 0], points["far ankle"][:, 0])[0, 1] < -0.8
    thigh, shin = points["near knee"] - points["hip"], points["near ankle"] - points["near knee"]
    assert (thigh[:, 0] * shin[:, 1] - thigh[:, 1] * shin[:, 0] >= 0).all()


def test_pairs_are_mirrored_inverted_ones_are_upside_down_scrambled_ones_keep_each_motion():
    upright, inverted, scrambled = (PointLights(4, kind=kind, size=40) for kind in ("upright", "inverted", "scrambled"))
    a, b = upright.points(0), upright.points(1)
    assert np.allclose(a[..., 0], 39 - b[..., 0]) and np.allclose(a[..., 1], b[..., 1])
    assert torch.allclose(upright[0][0].flip(-1), upright[1][0], atol=1e-5)
    assert np.allclose(np.diff(inverted.points(0)[..., 1], axis=0), -np.diff(a[..., 1], axis=0))
    assert np.allclose(np.diff(scrambled.points(0), axis=0), np.diff(a, axis=0))
    assert np.abs(scrambled.points(0)[0] - a[0]).max() > 4
    assert [upright[i][1] for i in range(4)] == [1, 0, 1, 0]
    ankle = PointLights(4, size=40, lamps=["near ankle"])                       # the same walkers, fewer lamps
    assert np.array_equal(ankle.points(2), upright.points(2)[:, [JOINTS.index("near ankle")]])
    assert upright[0][0].shape == (3, 16, 40, 40) and upright[0][0].amax() > 0.9


def test_neither_the_picture_nor_the_motion_tells_which_ball_moves():
    data = WhichMoves(40)
    clips, labels = batch_of(data)
    middles = clips[:, 0, 2]
    scenes = [data.scene(i) for i in range(len(data))]
    for four in range(0, len(data), 4):
        seen = {}
        for i in range(four, four + 4):
            places, brightness, mover = scenes[i]
            seen[brightness, mover] = i
            # Nothing but the label's ball has moved, by its speed, and light is above the gray of 1/2.
            still, gone = (np.linalg.norm(np.diff(places[k], axis=0), axis=-1) for k in (1 - mover, mover))
            assert np.allclose(still, 0) and np.allclose(gone, 1.0)
            x, y = np.rint(places[mover][2]).astype(int)
            assert (clips[i, 0, 2, y, x] > 0.5) == (labels[i] == 1)
        assert len(seen) == 4
        for side in ((1, -1), (-1, 1)):                                         # one picture, both labels
            a, b = seen[side, 0], seen[side, 1]
            assert torch.equal(middles[a], middles[b]) and labels[a] != labels[b]
        for mover in (0, 1):                                                    # one motion, both labels
            a, b = seen[(1, -1), mover], seen[(-1, 1), mover]
            assert torch.allclose(clips[a], 1 - clips[b], atol=1e-6) and labels[a] != labels[b]
            flows = [lucas_kanade(c[0, 1].double(), c[0, 2].double(), window=9).nan_to_num() for c in (clips[a], clips[b])]
            assert torch.allclose(*flows, atol=1e-4) and flows[0].abs().max() > 0.5
    # The order of the four is drawn anew each time, so that the place in the data set says nothing either.
    assert len({tuple(labels[k : k + 4].tolist()) for k in range(0, 40, 4)}) > 3


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: Directions(7), "count must be even"),
        (lambda: TextureSpeed(6), "a multiple of 4"),
        (lambda: TextureSpeed(8, label="colour"), "label must be one of"),
        (lambda: TextureSpeed(8, speeds=()), "at least one speed"),
        (lambda: TwoEvents(6), "a multiple of 4"),
        (lambda: TwoEvents(4, size=3), "at least 4 pixels"),
        (lambda: TwoEvents(4, seconds=15), "do not fit into 15"),
        (lambda: TwoEvents(4, flash=0.1), "shorter than a frame"),
        (lambda: PointLights(4, kind="running"), "kind must be one of"),
        (lambda: PointLights(3), "count must be even"),
        (lambda: PointLights(4, lamps=["tail"]), "each lamp must be one of 'head'"),
        (lambda: PointLights(4, lamps=[]), "lamps must name at least one"),
        (lambda: WhichMoves(6), "a multiple of 4"),
        (lambda: WhichMoves(4, frames=4), "frames must be odd"),
        (lambda: WhichMoves(4, size=12), "at least 16"),
        (lambda: WhichMoves(4, speed=2.0), "take a speed from 0 to 1.5"),
        (lambda: WhichMoves(4, speed=-1.0), "take a speed from 0 to 1.5"),
    ],
)
def test_what_cannot_be_made_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
