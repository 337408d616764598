"""Flow and image files."""

import struct

import numpy as np
import pytest
from PIL import Image

from kinema.data import read_flo, read_image, read_kitti_flow, write_flo, write_image, write_kitti_flow


def some_flow(shape=(3, 5), seed=0):
    return np.random.default_rng(seed).normal(0, 20, (2, *shape)).astype(np.float32)


def with_hole(flow):
    flow = flow.copy()
    flow[:, 1, 2] = np.nan
    return flow


# .flo


def test_a_flo_file_written_by_hand_is_read(tmp_path):
    # Tag PIEH, width 2, height 1, then u v of the left pixel, u v of the right one.
    (tmp_path / "a.flo").write_bytes(b"PIEH" + struct.pack("<ii4f", 2, 1, 1.5, -2.0, 3.0, 4.0))
    flow = read_flo(tmp_path / "a.flo")
    assert flow.dtype == np.float32
    assert flow.tolist() == [[[1.5, 3.0]], [[-2.0, 4.0]]]


def test_a_flo_file_is_written_as_the_benchmark_says(tmp_path):
    write_flo(tmp_path / "a.flo", np.array([[[1.5, 3.0]], [[-2.0, 4.0]]]))
    assert (tmp_path / "a.flo").read_bytes() == b"PIEH" + struct.pack("<ii4f", 2, 1, 1.5, -2.0, 3.0, 4.0)


def test_flo_round_trips_bit_by_bit_with_unknown_pixels(tmp_path):
    flow = with_hole(some_flow())
    write_flo(tmp_path / "a.flo", flow)
    np.testing.assert_array_equal(read_flo(tmp_path / "a.flo"), flow)
    assert len((tmp_path / "a.flo").read_bytes()) == 12 + 8 * 15


@pytest.mark.parametrize("unknown", [1.666666752e9, -2e9, np.nan])
def test_a_pixel_is_unknown_if_either_component_is(tmp_path, unknown):
    (tmp_path / "a.flo").write_bytes(b"PIEH" + struct.pack("<ii4f", 2, 1, unknown, 0.0, 1.0, 2.0))
    flow = read_flo(tmp_path / "a.flo")
    assert np.isnan(flow[0, 0, 0])
    assert flow[:, 0, 1].tolist() == [1, 2]
    if np.isfinite(unknown):
        assert np.isnan(flow[1, 0, 0])


def test_half_known_and_infinite_pixels_are_written_as_unknown(tmp_path):
    flow = some_flow()
    flow[0, 0, 0], flow[1, 2, 4] = np.nan, np.inf
    write_flo(tmp_path / "a.flo", flow)
    read = read_flo(tmp_path / "a.flo")
    assert np.all(np.isnan(read[:, 0, 0])) and np.all(np.isnan(read[:, 2, 4]))
    assert np.isnan(read).sum() == 4
    stored = np.frombuffer((tmp_path / "a.flo").read_bytes(), "<f4", offset=12).reshape(3, 5, 2)
    assert np.all(stored[[0, 2], [0, 4]] > 1e9)  # for readers that look at one component only

    write_kitti_flow(tmp_path / "a.png", flow)
    np.testing.assert_array_equal(np.isnan(read_kitti_flow(tmp_path / "a.png")), np.isnan(read))


def test_half_precision_is_written_in_64ths_of_a_pixel_all_the_same(tmp_path):
    write_kitti_flow(tmp_path / "a.png", np.full((2, 3, 4), 3.25, np.float16))
    assert np.all(read_kitti_flow(tmp_path / "a.png") == 3.25)


def test_arrays_of_any_library_and_precision_are_written(tmp_path, put, dtype):
    flow = some_flow()
    write_flo(tmp_path / "a.flo", put(flow, dtype))
    np.testing.assert_array_equal(read_flo(tmp_path / "a.flo"), flow)
    write_kitti_flow(tmp_path / "a.png", put(flow, dtype))
    np.testing.assert_allclose(read_kitti_flow(tmp_path / "a.png"), flow, atol=1 / 128)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is no .flo file: it does not begin with the tag 202021.25"),
        (b"PIEH", "is no .flo file"),
        (b"PNG?" + bytes(20), "is no .flo file"),
        (b"PIEH" + struct.pack("<ii", 0, 5), "impossible size of 0 x 5"),
        (b"PIEH" + struct.pack("<ii", 5, -1), "impossible size of 5 x -1"),
        (b"PIEH" + struct.pack("<ii3f", 2, 1, 1, 2, 3), "has 24 bytes, but 2 x 1 pixels need 28"),
        (b"PIEH" + struct.pack("<ii5f", 2, 1, 1, 2, 3, 4, 5), "has 32 bytes, but 2 x 1 pixels need 28"),
    ],
)
def test_broken_flo_files_are_refused_by_name(tmp_path, content, message):
    (tmp_path / "broken.flo").write_bytes(content)
    with pytest.raises(ValueError, match=f"broken.flo .*{message}"):
        read_flo(tmp_path / "broken.flo")


@pytest.mark.parametrize("write", [write_flo, write_kitti_flow])
@pytest.mark.parametrize("shape", [(3, 5, 2), (3, 5), (1, 2, 3, 5)])
def test_only_fields_with_u_first_are_written(tmp_path, write, shape):
    with pytest.raises(ValueError, match=r"flow has shape .*expected \(2, H, W\) with u first"):
        write(tmp_path / "a", np.zeros(shape))
    assert not (tmp_path / "a").exists()


# KITTI


def test_a_kitti_file_holds_flow_times_64_plus_2_to_the_15(tmp_path):
    png = pytest.importorskip("png", reason="pypng, which reads 16-bit colour PNG, is not installed")
    write_kitti_flow(tmp_path / "a.png", np.array([[[1.0, np.nan]], [[-0.5, 3.0]]]))
    width, height, rows, info = png.Reader(filename=str(tmp_path / "a.png")).read()
    assert (width, height, info["bitdepth"], info["planes"]) == (2, 1, 16, 3)
    assert [list(row) for row in rows] == [[32768 + 64, 32768 - 32, 1, 0, 0, 0]]


def test_kitti_round_trips_to_a_128th_with_unknown_pixels(tmp_path):
    flow = with_hole(some_flow())
    write_kitti_flow(tmp_path / "a.png", flow)
    read = read_kitti_flow(tmp_path / "a.png")
    assert read.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(read), np.isnan(flow))
    np.testing.assert_allclose(read, flow, atol=1 / 128)  # half of a 64th


def test_kitti_keeps_multiples_of_a_64th_and_zero_exactly(tmp_path):
    flow = np.rint(some_flow() * 64) / 64
    flow[:, 0, 0] = 0
    write_kitti_flow(tmp_path / "a.png", flow)
    np.testing.assert_array_equal(read_kitti_flow(tmp_path / "a.png"), flow)


@pytest.mark.parametrize("value, fits", [(-512.0, True), (511.98, True), (-512.02, False), (512.0, False)])
def test_kitti_refuses_what_its_16_bits_cannot_hold(tmp_path, value, fits):
    flow = np.zeros((2, 2, 2))
    flow[1, 1, 0] = value
    if fits:
        write_kitti_flow(tmp_path / "a.png", flow)
        assert read_kitti_flow(tmp_path / "a.png")[1, 1, 0] == pytest.approx(value, abs=1 / 128)
    else:
        with pytest.raises(ValueError, match="from -512 to 511.98 pixels.*write_flo"):
            write_kitti_flow(tmp_path / "a.png", flow)


def test_other_png_files_are_no_kitti_flow(tmp_path):
    write_image(tmp_path / "gray.png", np.zeros((3, 4), np.uint8))
    write_image(tmp_path / "rgb.png", np.zeros((3, 4, 3), np.uint8))
    Image.fromarray(np.zeros((3, 4), np.uint16)).save(tmp_path / "gray16.png")
    for name, message in [
        ("gray", "8-bit PNG of 1 channels"),
        ("rgb", "8-bit PNG of 3"),
        ("gray16", "16-bit PNG of 1"),
    ]:
        with pytest.raises(ValueError, match=rf"{name}.png is an? {message}"):
            read_kitti_flow(tmp_path / f"{name}.png")


def test_damaged_kitti_files_are_refused_by_name(tmp_path):
    write_kitti_flow(tmp_path / "whole.png", some_flow((20, 30)))
    whole = (tmp_path / "whole.png").read_bytes()
    for content in (b"", b"not a picture at all", whole[:40], whole[: len(whole) // 2], whole[:-20]):
        (tmp_path / "broken.png").write_bytes(content)
        with pytest.raises(ValueError, match="broken.png is no readable PNG"):
            read_kitti_flow(tmp_path / "broken.png")


# Pictures


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 3)])
def test_8_bit_png_pictures_round_trip(tmp_path, shape):
    image = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    write_image(tmp_path / "a.png", image)
    read = read_image(tmp_path / "a.png")
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, image)


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 3)])
def test_16_bit_png_pictures_round_trip(tmp_path, put, shape):
    image = np.random.default_rng(1).integers(0, 65536, shape).astype(np.uint16)
    image.flat[:3] = 0, 255, 65535
    write_image(tmp_path / "a.png", put(image))
    read = read_image(tmp_path / "a.png")
    assert read.dtype == np.uint16
    np.testing.assert_array_equal(read, image)


def test_16_bit_png_of_other_programs_is_read_whole(tmp_path):
    png = pytest.importorskip("png", reason="pypng, which reads 16-bit colour PNG, is not installed")
    values = np.random.default_rng(2).integers(0, 65536, (3, 5, 4)).astype(np.uint16)
    for name, channels, options in (
        ("gray", [0], {"greyscale": True}),
        ("gray-alpha", [0, 3], {"greyscale": True, "alpha": True}),
        ("rgb", [0, 1, 2], {"greyscale": False}),
        ("rgba", [0, 1, 2, 3], {"greyscale": False, "alpha": True}),
        ("interlaced", [0, 1, 2], {"greyscale": False, "interlace": True}),
    ):
        with open(tmp_path / f"{name}.png", "wb") as file:
            writer = png.Writer(5, 3, bitdepth=16, **options)
            writer.write(file, values[..., channels].reshape(3, -1).tolist())
        expected = values[..., 0] if name.startswith("gray") else values[..., :3]
        read = read_image(tmp_path / f"{name}.png")
        assert read.dtype == np.uint16
        np.testing.assert_array_equal(read, expected, err_msg=name)


def test_16_bit_gray_of_either_byte_order_is_read(tmp_path):
    values = np.array([[0, 1, 256, 65535]], np.uint16)
    for mode in ("I;16", "I;16B"):
        raw = values.astype("<u2" if mode == "I;16" else ">u2").tobytes()
        Image.frombytes(mode, (4, 1), raw).save(tmp_path / "a.tif")
        read = read_image(tmp_path / "a.tif")
        assert read.dtype == np.uint16 and read.dtype.isnative
        np.testing.assert_array_equal(read, values)


def test_a_damaged_16_bit_png_is_refused_by_name(tmp_path):
    write_image(tmp_path / "whole.png", np.random.default_rng(2).integers(0, 65536, (40, 50, 3)).astype(np.uint16))
    whole = (tmp_path / "whole.png").read_bytes()
    (tmp_path / "broken.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="broken.png is no readable PNG"):
        read_image(tmp_path / "broken.png")


def test_16_bits_are_refused_by_formats_of_8(tmp_path):
    for name in ("a.jpg", "a.tif", "a"):
        with pytest.raises(ValueError, match="16 bits are written as .png only"):
            write_image(tmp_path / name, np.zeros((3, 4, 3), np.uint16))
    assert not list(tmp_path.iterdir())


def test_bilevel_is_gray_and_palettes_and_transparency_become_colour(tmp_path):
    Image.fromarray(np.array([[True, False]])).save(tmp_path / "one.png")
    assert read_image(tmp_path / "one.png").tolist() == [[255, 0]]
    colour = np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)
    Image.fromarray(colour).quantize(2).save(tmp_path / "palette.png")
    np.testing.assert_array_equal(read_image(tmp_path / "palette.png"), colour)
    Image.fromarray(np.concatenate([colour, np.full((1, 2, 1), 9, np.uint8)], axis=2)).save(tmp_path / "alpha.png")
    np.testing.assert_array_equal(read_image(tmp_path / "alpha.png"), colour)


def test_a_file_that_is_no_picture_or_cut_short_is_refused_by_name(tmp_path):
    write_image(tmp_path / "whole.png", np.random.default_rng(2).integers(0, 256, (40, 50, 3)).astype(np.uint8))
    whole = (tmp_path / "whole.png").read_bytes()
    for content in (b"", b"words", whole[:20], whole[:60], whole[: len(whole) // 2]):
        (tmp_path / "broken.png").write_bytes(content)
        with pytest.raises(ValueError, match="broken.png is no picture that can be read"):
            read_image(tmp_path / "broken.png")


def test_a_missing_file_says_so(tmp_path):
    for read in (read_image, read_flo, read_kitti_flow):
        with pytest.raises(FileNotFoundError, match="nowhere"):
            read(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "image", [np.zeros((3, 4)), np.zeros((3, 4), np.int32), np.zeros(4, np.uint16), np.zeros((3, 4, 2), np.uint8)]
)
def test_only_gray_or_rgb_of_8_or_16_bits_is_written(tmp_path, image):
    with pytest.raises(ValueError, match=r"image has dtype .* and shape .*expected uint8 or uint16 \(H, W\) or \(H, W, 3\)"):
        write_image(tmp_path / "a.png", image)
