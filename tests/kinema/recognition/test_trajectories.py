"""Improved dense trajectories: each step against its definition, and the whole on scenes whose motion is known."""

import numpy as np
import pytest

pytest.importorskip("torch")  # the package around these modules needs it

from kinema.data import load_clip, texture
from kinema.flow import homography_flow, transform_points
from kinema.recognition.trajectories import (
    DESCRIPTORS, BagOfWords, FisherVectors, camera_homography, dense_points, dense_trajectories, describe,
    fit_homography, follow, orientation_maps, trajectory_shape, without_camera,
)  # fmt: skip
from kinema.recognition.trajectories.descriptors import box_sums, frame_maps, motion_maps, running_sums
from kinema.recognition.trajectories.tracking import worth_keeping

MATRIX = np.array([[1.01, 0.02, 1.5], [-0.015, 0.99, -2.0], [1e-5, -2e-5, 1.0]])


def test_the_paper_s_426_numbers():
    assert DESCRIPTORS == {"trajectory": 30, "hog": 96, "hof": 108, "mbh_x": 96, "mbh_y": 96}
    assert sum(DESCRIPTORS.values()) == 426


def test_points_stand_on_the_grid_where_there_is_texture_and_no_track_yet():
    image = np.full((40, 60), 0.5)
    y, x = np.mgrid[:40, 30:60]
    image[:, 30:] = texture(seed=0, shortest=6)(x, y)
    points = dense_points(image, step=5)
    assert (points[:, 0] > 25).all() and len(points) > 30
    assert ((points - 2) % 5 == 0).all()
    fewer = dense_points(image, step=5, taken=points[:10] + 1.4)
    assert {tuple(p) for p in points} - {tuple(p) for p in fewer} == {tuple(p) for p in points[:10]}


def test_points_follow_the_flow_at_their_pixel_and_leave_with_it():
    flow = np.zeros((2, 10, 12))
    flow[0, 4, 5], flow[1, 4, 5], flow[0, 0, 11] = 1.5, -0.5, 3.0
    moved, inside = follow(np.array([[5.2, 3.8], [11.0, 0.0], [2.0, 2.0]]), flow)
    assert moved.tolist() == [[6.7, 3.3], [14.0, 0.0], [2.0, 2.0]] and inside.tolist() == [True, False, True]


def test_static_and_jumping_paths_are_dropped():
    t = np.arange(6.0)
    still, steady, jump = np.zeros((6, 2)), np.stack([t, 0 * t], 1), np.stack([np.where(t > 2, 20.0, t / 10), 0 * t], 1)
    assert worth_keeping(np.stack([still, steady, jump])).tolist() == [False, True, False]


def test_a_homography_is_recovered_exactly_and_among_wrong_matches():
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 100, (30, 2))
    moved = np.asarray(transform_points(MATRIX, points))
    assert np.allclose(fit_homography(points, moved), MATRIX, atol=1e-9)
    assert np.allclose(fit_homography(points[:4], moved[:4]), MATRIX, atol=1e-7)
    with pytest.raises(ValueError, match="at least four"):
        fit_homography(points[:3], moved[:3])


def test_the_camera_is_found_although_a_third_of_the_frame_moves_otherwise():
    y, x = np.mgrid[:90, :120]
    image = texture(seed=1, shortest=6)(x, y)
    flow = np.asarray(homography_flow(MATRIX, (90, 120)))
    background = without_camera(flow, MATRIX)
    assert np.abs(background).max() < 1e-9
    flow[:, 20:70, 20:80] += np.array([6.0, 5.0])[:, None, None]
    matrix, share = camera_homography(image, flow)
    assert 0.5 < share < 0.9
    rest = without_camera(flow, matrix)
    assert np.abs(rest[:, :15]).max() < 0.3 and abs(np.median(rest[0, 20:70, 20:80]) - 6) < 0.3
    # People masked, the rest agrees wholly.
    outside = np.ones((90, 120), bool)
    outside[18:72, 18:82] = False
    assert camera_homography(image, flow, outside=outside)[1] > 0.99
    assert np.array_equal(camera_homography(np.full((90, 120), 0.5), flow)[0], np.eye(3))


def test_a_path_s_shape_is_its_steps_over_its_length():
    path = np.array([[[0.0, 0], [3, 4], [3, 9]]])
    assert trajectory_shape(path).tolist() == [[0.3, 0.4, 0.0, 0.5]]
    assert np.allclose(trajectory_shape(7 * path + 5), trajectory_shape(path))


def test_magnitude_is_shared_by_the_two_nearest_directions():
    angles = np.radians([0, 45, 22.5, 300])
    maps = orientation_maps(2 * np.cos(angles)[None], 2 * np.sin(angles)[None], 8)[:, 0]
    assert np.allclose(maps.sum(axis=0), 2)
    assert np.allclose(maps[0, 0], 2) and np.allclose(maps[1, 1], 2)
    assert np.allclose(maps[:2, 2], 1)
    assert maps[6, 3] == pytest.approx(2 * (1 - 30 / 45)) and maps[7, 3] == pytest.approx(2 * 30 / 45)


def test_the_ninth_bin_of_flow_counts_what_stands_still():
    flow = np.zeros((2, 1, 3))
    flow[0, 0] = [0.1, 1.0, 0.0]
    maps = motion_maps(flow)[:, 0]
    assert maps[8].tolist() == [1, 0, 1] and maps[0].tolist() == [0, 1, 0]


def test_sums_over_places_equal_loops_also_at_the_border():
    rng = np.random.default_rng(0)
    maps, points = rng.uniform(size=(3, 20, 24)), np.array([[10.0, 9.0], [1.0, 18.0], [23.0, 0.0]])
    sums = box_sums(running_sums(maps), points, side=8, places=2)
    for n, (x, y) in enumerate(points.astype(int)):
        for row in range(2):
            for column in range(2):
                ys = [v for v in range(y - 4 + 4 * row, y + 4 * row) if 0 <= v < 20]
                xs = [v for v in range(x - 4 + 4 * column, x + 4 * column) if 0 <= v < 24]
                expected = sum((maps[:, v, u] for v in ys for u in xs), np.zeros(3))
                assert np.allclose(sums[n, row, column], expected)


def test_motion_boundaries_see_no_common_motion():
    image = np.random.default_rng(0).uniform(size=(40, 40))
    maps = frame_maps(image, np.full((2, 40, 40), 3.0))
    assert maps["mbh_x"].max() == maps["mbh_y"].max() == 0 and maps["hof"].max() > 0
    slope = np.stack([np.tile(np.arange(40.0), (40, 1)), np.zeros((40, 40))])
    maps = frame_maps(image, slope)                                              # u grows to the right: bin 0 of u
    assert np.allclose(maps["mbh_x"][0], 1) and maps["mbh_x"][1:].max() == 0 and maps["mbh_y"].max() == 0


def test_times_are_thirds_of_the_path():
    maps = []
    for t in range(15):
        flow = np.zeros((2, 40, 40))
        flow[0 if t < 5 else 1] = 1.0 if t < 10 else -1.0
        maps.append({name: running_sums(m) for name, m in frame_maps(np.zeros((40, 40)), flow).items()})
    paths = np.full((1, 16, 2), 20.0)
    hof = describe(paths, maps)["hof"].reshape(3, 2, 2, 9)
    assert [set(hof[k].reshape(4, 9).argmax(axis=1)) for k in range(3)] == [{0}, {2}, {6}]
    assert np.linalg.norm(hof) == pytest.approx(1)
    with pytest.raises(ValueError, match="need maps of 15"):
        describe(paths, maps[:-1])


def panned(T=18, H=64, W=96, pan=(1.0, 0.5), own=(-1.0, 0.8)):
    """A textured wall seen by a camera that pans, and in front of it a textured disc with a motion of its own."""
    wall, skin = texture(seed=2, shortest=6), texture(seed=3, shortest=6)
    y, x = np.mgrid[:H, :W].astype(float)
    frames, centres = [], []
    for t in range(T):
        cx, cy = 50 + (own[0] + pan[0]) * t, 26 + (own[1] + pan[1]) * t
        disc = np.hypot(x - cx, y - cy) < 13
        front = skin(x - cx, y - cy)
        frames.append(np.where(disc, front, wall(x - pan[0] * t, y - pan[1] * t)))
        centres.append((cx, cy))
    return np.stack(frames), np.array(centres)


def test_without_the_camera_only_the_disc_is_left():
    frames, centres = panned()
    plain, improved = (dense_trajectories(frames, scales=1, camera=camera) for camera in (False, True))

    def on_disc(found):
        at = centres[found.start + 15]
        return np.hypot(*(found.paths[:, -1] - at).T) < 15

    assert len(plain.paths) > 100 and on_disc(plain).mean() < 0.5
    assert len(improved.paths) > 10 and on_disc(improved).mean() > 0.85
    # The disc's shape against the wall is its own motion's direction.
    shape = improved.parts["trajectory"][on_disc(improved)].reshape(-1, 15, 2).sum(axis=1)
    direction = shape / np.linalg.norm(shape, axis=1, keepdims=True)
    assert np.median(direction @ np.array([-1, 0.8]) / np.hypot(1, 0.8)) > 0.95
    # Followed by the flow as it is: paths lie where the disc went.
    step = (improved.paths[on_disc(improved)][:, -1] - improved.paths[on_disc(improved)][:, 0]) / 15
    assert np.allclose(np.median(step, axis=0), (0.0, 1.3), atol=0.15)


def test_real_footage_gives_426_numbers_at_several_scales():
    found = dense_trajectories(load_clip("city").gray[:17], scales=2, least=0.5)
    assert found.descriptors.shape == (len(found.paths), 426) and len(found.paths) > 200
    assert set(found.scale) == {0, 1} and set(found.start) == {0, 1}
    assert np.isfinite(found.descriptors).all()
    assert found.paths[..., 0].max() < 360 and found.paths[..., 1].max() < 202
    assert found.paths[found.scale == 1][..., 0].max() > 300                     # in pixels of the full frame


def test_a_still_film_has_no_trajectories_and_says_so():
    still = np.repeat(load_clip("city").gray[:1], 17, axis=0)
    found = dense_trajectories(still, scales=1)
    assert found.paths.shape == (0, 16, 2) and found.descriptors.shape == (0, 426)


@pytest.mark.parametrize("shape, message", [((15, 64, 64), "more than 15"), ((20, 30, 64), "smaller than the 32-pixel")])
def test_too_little_film_is_refused(shape, message):
    with pytest.raises(ValueError, match=message):
        dense_trajectories(np.zeros(shape))


def clouds(seed=0, n=400):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(size=(n, 6)) * [1, 2, 1, 1, 0.5, 1] + 4 * k for k in range(3)])


def test_a_fisher_vector_is_the_derivative_of_the_likelihood():
    torch = pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    data = clouds()
    fisher = FisherVectors(3).fit(data)
    assert fisher.size == 2 * 3 * 3
    some = data[::37]
    x = torch.as_tensor(fisher.pca.transform(some))
    weight = torch.as_tensor(fisher.mixture.weights_)
    mean = torch.tensor(fisher.mixture.means_, requires_grad=True)
    deviation = torch.tensor(np.sqrt(fisher.mixture.covariances_), requires_grad=True)
    logs = torch.distributions.Normal(mean, deviation).log_prob(x[:, None]).sum(dim=-1) + weight.log()
    torch.logsumexp(logs, dim=1).mean().backward()
    # In units of the Fisher information: sigma / sqrt(w) for means, sigma / sqrt(2 w) for deviations.
    by_mean = mean.grad * deviation.detach() / weight.sqrt()[:, None]
    by_deviation = deviation.grad * deviation.detach() / (2 * weight).sqrt()[:, None]
    expected = torch.cat([by_mean.flatten(), by_deviation.flatten()]).numpy()
    assert np.allclose(fisher.gradient(some), expected, atol=1e-8)
    code = fisher.encode(some)
    assert np.linalg.norm(code) == pytest.approx(1) and np.allclose(np.sign(code), np.sign(expected))
    assert not fisher.encode(some[:0]).any()


def test_the_size_of_the_paper_s_fisher_vector():
    fisher = FisherVectors(256)
    fisher.pca = type("PCA", (), {"n_components_": int(426 * fisher.keep)})
    assert fisher.size == 109_056


def test_words_are_counted_by_the_nearest():
    pytest.importorskip("sklearn")
    data = clouds()
    bag = BagOfWords(3).fit(data)
    counts = bag.encode(np.concatenate([data[:30], data[400:410]]))
    nearest = np.linalg.norm(data[:30, None] - bag.means, axis=2).argmin(axis=1)
    assert counts.sum() == pytest.approx(1) and sorted(counts.round(6)) == [0, 0.25, 0.75]
    assert counts[nearest[0]] == pytest.approx(0.75)
    assert bag.encode(data[:0]).tolist() == [0, 0, 0]


@pytest.mark.parametrize("make", [lambda: BagOfWords(9), lambda: FisherVectors(9)])
def test_encoders_refuse_what_they_cannot_do(make):
    pytest.importorskip("sklearn")
    with pytest.raises(ValueError, match="fit the"):
        make().encode(np.zeros((3, 6)))
    with pytest.raises(ValueError, match="take fewer"):
        make().fit(np.zeros((5, 6)))
