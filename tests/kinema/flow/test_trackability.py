"""Flat, edge or corner, and the corners worth tracking."""

import numpy as np
import pytest

from kinema.data import corner, disc, edge, texture
from kinema.flow import CORNER, EDGE, FLAT, classify, corner_score, eigenvalues, good_features, structure_tensor


def render(pattern, shape=(25, 34)):
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    return pattern(x, y)


# Classes


@pytest.mark.parametrize(
    "lambda1, lambda2, label",
    [
        (0.0, 0.0, FLAT),
        (0.99, 0.99, FLAT),
        (1.0, 0.0, EDGE),
        (100.0, 0.99, EDGE),
        (1.0, 1.0, CORNER),  # both reach the threshold
        (40.0, 4.0, CORNER),  # a ratio of exactly 10
        (40.1, 4.0, EDGE),  # det is large, the ratio larger: still an edge
    ],
)
def test_eigenvalues_sort_into_flat_edge_and_corner(put, get, dtype, lambda1, lambda2, label):
    labels = classify(put(np.array([lambda1]), dtype), put(np.array([lambda2]), dtype), threshold=1.0)
    assert get(labels).tolist() == [label]


def test_labels_are_integers_of_the_inputs_shape_zero_one_two(put, xp):
    values = put(np.ones((3, 4)))
    labels = classify(values, values, threshold=0.5)
    assert labels.dtype == xp.int64
    assert tuple(labels.shape) == (3, 4)
    assert labels.device == values.device
    assert (FLAT, EDGE, CORNER) == (0, 1, 2)


def test_max_condition_moves_the_border_between_edge_and_corner(put, get):
    lambda1, lambda2 = put(np.array([30.0])), put(np.array([1.0]))
    assert get(classify(lambda1, lambda2, threshold=0.5)).tolist() == [EDGE]
    assert get(classify(lambda1, lambda2, threshold=0.5, max_condition=30)).tolist() == [CORNER]


@pytest.mark.parametrize(
    "pattern, label",
    [
        (lambda x, y: 0 * x + 0.4, FLAT),
        (edge(17, 12, 30), EDGE),
        (edge(17, 12, 90), EDGE),
        (corner(17, 12, 20), CORNER),
    ],
)
def test_patches_are_what_they_were_drawn_as(put, get, dtype, pattern, label):
    Iy, Ix = np.gradient(render(pattern))
    labels = classify(*eigenvalues(*structure_tensor(put(Ix, dtype), put(Iy, dtype), window=7)), threshold=0.05)
    assert get(labels)[12, 17] == label


def test_the_smaller_eigenvalue_first_is_refused(put):
    with pytest.raises(ValueError, match="lambda1 is smaller than lambda2"):
        classify(put(np.array([1.0, 2.0])), put(np.array([1.0, 3.0])), threshold=0.5)


def test_eigenvalues_of_two_shapes_are_refused(put):
    with pytest.raises(ValueError, match="lambda2 has shape .* but lambda1 has shape"):
        classify(put(np.ones(3)), put(np.ones(2)), threshold=0.5)


# Scores


@pytest.mark.parametrize("weights", ["box", "gaussian"])
def test_the_score_is_the_smaller_eigenvalue_over_the_windows_weight(put, get, dtype, weights):
    image = render(texture(3), (15, 18))
    Iy, Ix = np.gradient(image)
    offset = np.arange(-2, 3)
    weight = np.ones((5, 5)) if weights == "box" else np.exp(-0.5 * (offset[:, None] ** 2 + offset[None, :] ** 2))
    score = get(corner_score(put(image, dtype), window=5, weights=weights))
    assert score.shape == image.shape
    for y, x in [(2, 2), (7, 9), (12, 15)]:
        patch = np.s_[y - 2 : y + 3, x - 2 : x + 3]
        A = np.stack([Ix[patch].ravel(), Iy[patch].ravel()], axis=-1)
        expected = np.linalg.eigvalsh(A.T @ (weight.ravel()[:, None] * A))[0] / weight.sum()
        assert score[y, x] == pytest.approx(expected, abs=1e-6 if dtype == "float32" else 1e-14)


def test_flat_frames_and_upright_edges_score_exactly_zero(put, get, dtype):
    assert np.all(get(corner_score(put(np.full((8, 9), 0.3), dtype))) == 0)
    assert np.all(get(corner_score(put(render(edge(10, 0, 0), (9, 20)), dtype))) == 0)
    assert np.all(get(corner_score(put(render(edge(0, 10, 90), (20, 9)), dtype))) == 0)


def test_half_the_contrast_is_a_quarter_of_the_score(put, get):
    image = render(texture(4), (12, 15))
    np.testing.assert_allclose(
        get(corner_score(put(image / 2))), get(corner_score(put(image))) / 4, rtol=1e-9, atol=1e-16
    )


def test_the_score_of_equal_channels_is_that_of_gray(put, get):
    image = render(texture(5), (12, 15))
    for axis in (0, -1):
        colour = put(np.stack([image] * 3, axis=axis))
        np.testing.assert_allclose(
            get(corner_score(colour, channel_axis=axis)), get(corner_score(put(image))), rtol=1e-9
        )


def test_the_score_keeps_namespace_dtype_device_and_batch(put, get, dtype, same_kind):
    images = np.stack([render(texture(6), (11, 13)), render(texture(7), (11, 13))])
    given = put(images, dtype)
    scores = corner_score(given)
    same_kind(scores, given)
    for k in range(2):
        assert np.array_equal(get(scores)[k], get(corner_score(put(images[k], dtype))))


def test_an_8_bit_frame_scores_like_the_scaled_float(put, get):
    image = np.rint(255 * render(texture(8), (12, 15))).astype("uint8")
    np.testing.assert_allclose(get(corner_score(put(image))), get(corner_score(put(image / 255))), atol=1e-6)


def test_a_frame_smaller_than_the_window_is_refused(put):
    with pytest.raises(ValueError, match="image is 6 x 9 pixels, but at least 7 x 7"):
        corner_score(put(np.zeros((6, 9))), window=7)
    with pytest.raises(ValueError, match="window must be an odd positive integer"):
        corner_score(put(np.zeros((9, 9))), window=4)


# Features


def test_the_corner_is_found_at_x_y(put, get, dtype, same_kind):
    given = put(render(corner(22, 9, 0)), dtype)
    points = good_features(given, max_points=1)
    same_kind(points, given)
    assert tuple(points.shape) == (1, 2)
    # A blurred corner's strongest window lies inside the bright quarter, within its radius.
    np.testing.assert_allclose(get(points)[0], [22, 9], atol=2)


def test_features_come_best_first_at_local_maxima(put, get):
    image = render(texture(9), (40, 50))
    points = get(good_features(put(image), quality=0.05)).astype(int)
    score = get(corner_score(put(image)))
    values = [score[y, x] for x, y in points]
    assert len(values) > 5
    assert values == sorted(values, reverse=True)
    assert values[0] == score.max()
    assert values[-1] >= 0.05 * score.max()
    for x, y in points:
        assert score[y, x] == score[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].max()


def test_every_local_maximum_is_found_when_nothing_forbids_it(put, get):
    image = render(texture(10), (20, 23))
    score = get(corner_score(put(image)))
    expected = set()
    for y in range(20):
        for x in range(23):
            if (
                0 < score[y, x] == score[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].max()
                and score[y, x] >= 0.2 * score.max()
            ):
                expected.add((x, y))
    points = get(good_features(put(image), quality=0.2, min_distance=0, max_points=1000))
    assert {tuple(p) for p in points.astype(int).tolist()} == expected


@pytest.mark.parametrize("min_distance", [3, 7.5, 15])
def test_features_keep_their_distance(put, get, min_distance):
    points = get(good_features(put(render(texture(11), (40, 50))), min_distance=min_distance))
    apart = np.linalg.norm(points[:, None] - points[None, :], axis=-1) + np.where(np.eye(len(points)), np.inf, 0)
    assert len(points) > 2
    assert apart.min() >= min_distance


def test_max_points_keeps_the_best(put, get):
    image = put(render(texture(12), (40, 50)))
    assert np.array_equal(get(good_features(image, max_points=3)), get(good_features(image))[:3])


def test_a_higher_quality_keeps_fewer(put):
    image = put(render(texture(13), (40, 50)))
    few, many = good_features(image, quality=0.5), good_features(image, quality=0.01)
    assert 0 < few.shape[0] < many.shape[0]


@pytest.mark.parametrize("degrees", [0, 17, 45, 90, 133])
def test_nothing_stands_out_on_a_flat_frame_or_a_straight_edge(put, dtype, degrees):
    assert tuple(good_features(put(np.full((20, 23), 0.5), dtype)).shape) == (0, 2)
    # Far from the border, where one-sided differences bend even a straight edge.
    y, x = np.mgrid[:20, :23].astype(float)
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    assert tuple(good_features(put(0.02 * (x * c + y * s) + 0.3, dtype)).shape) == (0, 2)


def test_features_of_a_coloured_disc_do_not_depend_on_where_colour_stands(put, get):
    image = np.stack([render(disc(15, 12, 7)), render(corner(20, 10)), render(texture(14))], axis=-1)
    last = get(good_features(put(image), channel_axis=-1))
    first = get(good_features(put(np.moveaxis(image, -1, 0)), channel_axis=0))
    assert len(last) > 0
    assert np.array_equal(last, first)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"quality": 0}, r"quality must lie in \(0, 1\], got 0"),
        ({"quality": 1.5}, "quality must lie in"),
        ({"max_points": 0}, "max_points must be at least 1, got 0"),
        ({"window": 6}, "window must be an odd positive integer"),
    ],
)
def test_impossible_demands_are_refused(put, options, message):
    with pytest.raises(ValueError, match=message):
        good_features(put(np.zeros((20, 23))), **options)


def test_a_batch_of_frames_is_refused(put):
    with pytest.raises(ValueError, match="image has a batch"):
        good_features(put(np.zeros((2, 20, 23))))
