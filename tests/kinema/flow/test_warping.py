"""Backward warping: exact shifts, exact polynomials, there and back, borders, torch's grid_sample."""

import numpy as np
import pytest

from kinema.data import moving_pair, rotation_flow, texture, translation_flow
from kinema.flow import lands_inside, warp

SHAPE = (11, 17)
BOTH = pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])


def noise(shape=SHAPE, seed=0):
    return np.random.default_rng(seed).uniform(size=shape)


def wild_flow(shape=SHAPE, seed=1, size=3.0):
    """Arrows of every direction, of which some leave the frame."""
    return np.random.default_rng(seed).uniform(-size, size, (2, *shape))


# Known answers


@BOTH
@pytest.mark.parametrize("fill", [float("nan"), 0.0, "edge"])
def test_no_flow_changes_nothing(put, get, dtype, interpolation, fill):
    image = noise().astype(dtype)
    assert np.array_equal(get(warp(put(image), put(np.zeros((2, *SHAPE)), dtype), interpolation=interpolation, fill=fill)), image)


@BOTH
@pytest.mark.parametrize("u, v", [(3, -2), (-4, 1), (0, 5), (-16, 0)])
def test_a_flow_of_whole_pixels_is_a_slice(put, get, dtype, interpolation, u, v):
    height, width = SHAPE
    image = noise().astype(dtype)
    got = get(warp(put(image), put(translation_flow(u, v, SHAPE), dtype), interpolation=interpolation))
    expected = np.full(SHAPE, np.nan, dtype)
    rows, columns = slice(max(0, -v), min(height, height - v)), slice(max(0, -u), min(width, width - u))
    expected[rows, columns] = image[max(0, v) : height + min(0, v), max(0, u) : width + min(0, u)]
    assert np.array_equal(got, expected, equal_nan=True)


def test_half_a_pixel_on_a_ramp_is_exact(put, get):
    y, x = np.mgrid[:11, :17].astype(float)
    got = get(warp(put(2 * x - 3 * y), put(translation_flow(0.5, -0.5, SHAPE))))
    np.testing.assert_allclose(got[1:, :-1], (2 * x - 3 * y + 2.5)[1:, :-1], atol=1e-13)
    assert np.all(np.isnan(got[0])) and np.all(np.isnan(got[:, -1]))


def test_half_a_pixel_on_a_parabola_is_exact_with_bicubic_and_not_with_bilinear(put, get):
    def surface(x, y):
        return 0.3 * x**2 - 0.2 * x * y - 0.1 * y**2

    y, x = np.mgrid[:11, :17].astype(float)
    image, flow = put(surface(x, y)), put(translation_flow(0.5, -0.5, SHAPE))
    inner = np.s_[2:-1, 1:-2]  # whose sixteen neighbours are all in the frame
    np.testing.assert_allclose(get(warp(image, flow, interpolation="bicubic"))[inner], surface(x + 0.5, y - 0.5)[inner], atol=1e-12)
    # A chord lies above the parabola by curvature / 8: (2 x 0.3 - 2 x 0.1) / 8.
    np.testing.assert_allclose(get(warp(image, flow))[inner] - surface(x + 0.5, y - 0.5)[inner], 0.05, atol=1e-12)


@BOTH
def test_the_true_flow_turns_the_second_frame_into_the_first(interpolation):
    pair = moving_pair(texture(0, shortest=12), rotation_flow(4, (41, 56)))
    # The turn moves the rim by 2 pixels: 4 in, every neighbour is real.
    error = np.abs(warp(pair.I1, pair.flow, interpolation=interpolation) - pair.I0)[4:-4, 4:-4]
    # Half a pixel of a wave of 12 shows (2π/12)²/8 = 3 % of its amplitude of 0.3 at most; cubic a few times less.
    assert np.max(error) < {"bilinear": 0.01, "bicubic": 0.0025}[interpolation]
    assert np.nanmax(np.abs(warp(pair.I1, -pair.flow) - pair.I0)) > 0.2


def test_there_and_back_returns_the_interior():
    image = texture(1, shortest=14)(*np.meshgrid(np.arange(56.0), np.arange(41.0)))
    there = rotation_flow(3, (41, 56)) + translation_flow(1.3, -0.7, (41, 56))
    # The inverse of x -> A x + b about the centre, exactly: the round trip then tests sampling alone.
    back = rotation_flow(-3, (41, 56))
    c, s = np.cos(np.radians(3)), np.sin(np.radians(3))
    back = back - np.array([c * 1.3 + s * -0.7, -s * 1.3 + c * -0.7]).reshape(2, 1, 1)
    returned = warp(warp(image, there, interpolation="bicubic", fill="edge"), back, interpolation="bicubic", fill="edge")
    # 6 pixels in, both trips read inside the frame. Cubic error of a wave of 14, twice.
    assert np.abs(returned - image)[6:-6, 6:-6].max() < 0.006


# Borders


@BOTH
def test_what_lies_outside_is_nan_a_number_or_the_border(put, get, interpolation):
    image, flow = noise(), wild_flow()
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    inside = (x + flow[0] >= 0) & (x + flow[0] <= SHAPE[1] - 1) & (y + flow[1] >= 0) & (y + flow[1] <= SHAPE[0] - 1)
    assert 0.3 < inside.mean() < 0.9
    missing = get(warp(put(image), put(flow), interpolation=interpolation))
    numbered = get(warp(put(image), put(flow), interpolation=interpolation, fill=-7))
    repeated = get(warp(put(image), put(flow), interpolation=interpolation, fill="edge"))
    assert np.array_equal(np.isfinite(missing), inside)
    assert np.array_equal(get(lands_inside(put(flow))), inside)
    assert np.all(numbered[~inside] == -7) and np.array_equal(numbered[inside], missing[inside])
    assert np.array_equal(repeated[inside], missing[inside])
    clipped = np.stack([np.clip(x + flow[0], 0, SHAPE[1] - 1) - x, np.clip(y + flow[1], 0, SHAPE[0] - 1) - y])
    np.testing.assert_allclose(repeated, get(warp(put(image), put(clipped), interpolation=interpolation)), atol=1e-12)


@BOTH
def test_an_unknown_flow_gives_the_fill(put, get, interpolation):
    flow = np.zeros((2, *SHAPE))
    flow[1, 4, 7] = np.nan
    assert not get(lands_inside(put(flow)))[4, 7]
    assert np.isnan(get(warp(put(noise()), put(flow), interpolation=interpolation))[4, 7])
    assert get(warp(put(noise()), put(flow), interpolation=interpolation, fill=0.25))[4, 7] == 0.25
    edged = get(warp(put(noise()), put(flow), interpolation=interpolation, fill="edge"))
    assert np.isnan(edged[4, 7]) and np.isfinite(edged).sum() == edged.size - 1


@BOTH
def test_a_frame_of_one_row_or_one_pixel_can_be_warped(put, get, interpolation):
    row = put(np.array([[1.0, 2.0, 4.0]]))
    got = get(warp(row, put(translation_flow(1, 0, (1, 3))), interpolation=interpolation))
    assert np.array_equal(got, [[2, 4, np.nan]], equal_nan=True)
    assert get(warp(put(np.ones((1, 1))), put(np.zeros((2, 1, 1))), interpolation=interpolation)).tolist() == [[1]]


# Batches and colour


@BOTH
def test_one_flow_serves_a_whole_batch_and_a_batch_of_flows_serves_each_its_own(put, get, interpolation):
    images, flows = noise((2, 3, *SHAPE)), np.stack([[wild_flow(seed=3 * i + j) for j in range(3)] for i in range(2)])
    shared = get(warp(put(images), put(flows[0, 0]), interpolation=interpolation))
    own = get(warp(put(images), put(flows), interpolation=interpolation))
    assert shared.shape == own.shape == images.shape
    for i in range(2):
        for j in range(3):
            for got, flow in ((shared, flows[0, 0]), (own, flows[i, j])):
                alone = get(warp(put(images[i, j]), put(flow), interpolation=interpolation))
                assert np.array_equal(got[i, j], alone, equal_nan=True)


@BOTH
@pytest.mark.parametrize("batch", [(), (2,)])
def test_the_colour_axis_may_stand_anywhere_and_stays_there(put, get, interpolation, batch):
    gray = noise((3, *batch, *SHAPE))
    flow = np.stack([wild_flow(seed=k) for k in range(2)]) if batch else wild_flow()
    expected = [get(warp(put(channel), put(flow), interpolation=interpolation)) for channel in gray]
    for axis in range(-gray.ndim, gray.ndim):
        image = np.moveaxis(gray, 0, axis)
        got = get(warp(put(image), put(flow), interpolation=interpolation, channel_axis=axis))
        assert got.shape == image.shape
        assert np.array_equal(np.moveaxis(got, axis, 0), expected, equal_nan=True)


def test_one_flow_serves_a_batch_in_colour(put, get):
    images = noise((2, *SHAPE, 3))
    got = get(warp(put(images), put(wild_flow()), channel_axis=-1))
    for k in range(2):
        assert np.array_equal(got[k], get(warp(put(images[k]), put(wild_flow()), channel_axis=-1)), equal_nan=True)


def test_integer_frames_become_brightness_and_types_are_kept(put, get, dtype, same_kind):
    image = put(noise(), dtype)
    same_kind(warp(image, put(wild_flow(), dtype)), image)
    same_kind(warp(image, put(wild_flow(), "float64")), image)  # the picture's type, whatever the flow's
    bytes_ = np.random.default_rng(5).integers(0, 256, SHAPE).astype(np.uint8)
    got = warp(put(bytes_), put(np.zeros((2, *SHAPE)), "float32"))
    assert get(got).dtype == np.float32
    np.testing.assert_allclose(get(got), bytes_ / 255, atol=1e-7)


# Peers


@BOTH
def test_every_library_gives_numpys_result(put, get, dtype, interpolation):
    image, flow = noise().astype(dtype), wild_flow().astype(dtype)
    expected = warp(image, flow, interpolation=interpolation)
    # Sums of sixteen products of order 1: a few units in the last place.
    atol = {"float32": 1e-6, "float64": 1e-12}[dtype]
    np.testing.assert_allclose(get(warp(put(image), put(flow), interpolation=interpolation)), expected, atol=atol)


@pytest.mark.parametrize("fill, padding", [(0.0, "zeros"), ("edge", "border")])
def test_bilinear_equals_torchs_grid_sample_with_aligned_corners(dtype, fill, padding):
    torch = pytest.importorskip("torch", reason="torch, the peer, is not installed")
    image, flow = noise().astype(dtype), wild_flow().astype(dtype)
    height, width = SHAPE
    y, x = np.mgrid[:height, :width].astype(dtype)
    grid = np.stack([2 * (x + flow[0]) / (width - 1) - 1, 2 * (y + flow[1]) / (height - 1) - 1], axis=-1)
    peer = torch.nn.functional.grid_sample(
        torch.tensor(image)[None, None], torch.tensor(grid)[None], align_corners=True, padding_mode=padding
    )[0, 0].numpy()
    got = warp(image, flow, fill=fill)
    # Beyond the border torch blends with black over one pixel, where we say "outside" at once.
    compared = np.ones(SHAPE, bool) if fill == "edge" else lands_inside(flow)
    # torch's coordinates pass through [-1, 1]: rounding of 17 x 1e-7 pixels in float32.
    np.testing.assert_allclose(got[compared], peer[compared], atol={"float32": 5e-6, "float64": 1e-12}[dtype])


@BOTH
def test_torch_differentiates_warp_in_image_and_flow(gradcheck, interpolation):
    flow = np.random.default_rng(2).uniform(0.2, 0.8, (2, 4, 5))
    gradcheck(lambda i, f: warp(i, f, interpolation=interpolation, fill=0.0), noise((4, 5)), flow)
    gradcheck(lambda i, f: warp(i, f, interpolation=interpolation, fill="edge"), noise((4, 5)), flow)


# Refusals


def test_warp_refuses(put):
    image, flow = put(noise()), put(wild_flow())
    with pytest.raises(ValueError, match="interpolation must be one of 'bilinear', 'bicubic', got 'cubic'"):
        warp(image, flow, interpolation="cubic")
    for fill in ("nearest", "nan", None):
        with pytest.raises(ValueError, match="fill must be a number or 'edge'"):
            warp(image, flow, fill=fill)
    for shape in [(2, 17, 11), (3, 11, 17), (11, 17), (11, 17, 2)]:
        with pytest.raises(ValueError, match=r"expected \(..., 2, 11, 17\) with u first"):
            warp(image, put(noise(shape)))
    with pytest.raises(ValueError, match="a flow is floating point"):
        warp(image, put(np.zeros((2, *SHAPE), np.int64)))
    with pytest.raises(ValueError, match="their batches must agree"):
        warp(image, put(noise((2, 2, *SHAPE))))
    with pytest.raises(ValueError, match="their batches must agree"):
        warp(put(noise((3, *SHAPE))), put(noise((2, 2, *SHAPE))))
    with pytest.raises(ValueError, match="looks like colour in the last axis"):
        warp(put(noise((*SHAPE, 3))), flow)
    with pytest.raises(ValueError, match="channel_axis=3 does not exist"):
        warp(put(noise((*SHAPE, 3))), flow, channel_axis=3)
    holed = noise()
    holed[3, 4] = np.nan
    with pytest.raises(ValueError, match="image contains NaN"):
        warp(put(holed), flow)
    with pytest.raises(ValueError, match=r"expected \(..., 2, H, W\) with u first"):
        lands_inside(put(noise((3, *SHAPE))))
