"""Flow and image files.

`.flo` is the Middlebury format: little-endian float32 tag 202021.25, int32 width and height, then
u, v interleaved row by row; values above 1e9 mean unknown (Baker et al. 2011, and the benchmark's
own README). KITTI stores 16-bit PNG: u = (R - 2^15) / 64, v = (G - 2^15) / 64, B = 1 where valid
(Menze & Geiger 2015, development kit). Unknown pixels are NaN here.
"""

from pathlib import Path

import numpy as np

from kinema.arrays import to_numpy

FLO_TAG = 202021.25
FLO_UNKNOWN = 1e9
KITTI_ZERO = 2**15
KITTI_UNIT = 64.0


def _flow_array(flow):
    flow = to_numpy(flow)
    if flow.ndim != 3 or flow.shape[0] != 2:
        raise ValueError(f"flow has shape {flow.shape}, expected (2, H, W) with u first")
    return flow


def read_flo(path):
    """Read a Middlebury `.flo` file.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    flow : float32 array, shape (2, H, W)
        Pixels/frame; NaN where unknown.

    Raises
    ------
    ValueError
        If the file is no `.flo` file or is cut short, with what was found.
    """
    raw = Path(path).read_bytes()
    if len(raw) < 12 or np.frombuffer(raw, "<f4", 1)[0] != FLO_TAG:
        raise ValueError(f"{path} is no .flo file: it does not begin with the tag {FLO_TAG} (bytes PIEH)")
    width, height = (int(n) for n in np.frombuffer(raw, "<i4", 2, offset=4))
    if width < 1 or height < 1:
        raise ValueError(f"{path} states an impossible size of {width} x {height} pixels")
    expected = 12 + 8 * width * height
    if len(raw) != expected:
        raise ValueError(f"{path} has {len(raw)} bytes, but {width} x {height} pixels need {expected}: damaged download?")
    flow = np.frombuffer(raw, "<f4", offset=12).reshape(height, width, 2).transpose(2, 0, 1).astype(np.float32)
    return np.where(np.any(np.abs(flow) > FLO_UNKNOWN, axis=0), np.float32(np.nan), flow)


def write_flo(path, flow):
    """Write a Middlebury `.flo` file; NaN becomes the format's "unknown".

    Parameters
    ----------
    path : str or Path
    flow : array, shape (2, H, W)
        Pixels/frame.
    """
    flow = _flow_array(flow)
    known = np.isfinite(flow).all(axis=0)
    values = np.where(known, flow, 10 * FLO_UNKNOWN).transpose(1, 2, 0)
    height, width = flow.shape[1:]
    header = np.array([FLO_TAG], "<f4").tobytes() + np.array([width, height], "<i4").tobytes()
    Path(path).write_bytes(header + np.ascontiguousarray(values, "<f4").tobytes())


def _import_png():
    try:
        import png
    except ImportError as error:
        raise ImportError("16-bit colour PNG, as of KITTI, needs pypng: pip install 'kinema[data]'") from error
    return png


def _read_png(path):
    """Samples (H, W, channels) of a PNG and its bits per sample."""
    png = _import_png()
    try:
        with open(path, "rb") as file:
            width, height, rows, info = png.Reader(file=file).read()
            data = np.vstack([np.asarray(row, np.uint16) for row in rows])
        if data.shape[0] != height or data.shape[1] % width:
            raise EOFError(f"its header promises {width} x {height} pixels, it holds others")
        data = data.reshape(height, width, -1)
    except (png.Error, EOFError, ValueError) as error:
        raise ValueError(f"{path} is no readable PNG: {error}") from error
    return data, info["bitdepth"]


def _write_png16(path, data):
    """Write uint16 colour (H, W, 3) as PNG."""
    png = _import_png()
    height, width = data.shape[:2]
    with open(path, "wb") as file:
        png.Writer(width, height, greyscale=False, bitdepth=16).write(file, data.reshape(height, -1).tolist())


def read_kitti_flow(path):
    """Read KITTI optical flow from a 16-bit PNG.

    Returns
    -------
    flow : float32 array, shape (2, H, W)
        Pixels/frame; NaN where the file marks the pixel invalid.

    Raises
    ------
    ValueError
        If the file is no 16-bit, three-channel PNG.
    """
    data, bits = _read_png(path)
    if bits != 16 or data.shape[2] != 3:
        raise ValueError(f"{path} is a {bits}-bit PNG of {data.shape[2]} channels; KITTI flow has 16 and 3")
    flow = ((data[..., :2].astype(np.float64) - KITTI_ZERO) / KITTI_UNIT).transpose(2, 0, 1)
    return np.where(data[..., 2] > 0, flow, np.nan).astype(np.float32)


def write_kitti_flow(path, flow):
    """Write KITTI optical flow; NaN pixels are marked invalid. Values are rounded to 1/64 pixel.

    Raises
    ------
    ValueError
        If a motion leaves the format's range of -512 to 511.98 pixels.
    """
    flow = _flow_array(flow).astype(np.float64)  # half precision has no room for 64ths
    known = np.isfinite(flow).all(axis=0)
    coded = np.rint(np.where(known, flow, 0.0) * KITTI_UNIT + KITTI_ZERO)
    if coded.min() < 0 or coded.max() > 2**16 - 1:
        raise ValueError("KITTI PNG holds motions from -512 to 511.98 pixels; this flow has larger ones: use write_flo")
    coded[:, ~known] = 0
    _write_png16(path, np.concatenate([coded, known[None]]).astype(np.uint16).transpose(1, 2, 0))


def read_image(path):
    """Read a picture: (H, W) if it is gray, (H, W, 3) otherwise; transparency is dropped.

    Returns
    -------
    uint8 or uint16 array
        uint16 if the file holds gray of 16 bits, or is a PNG with 16 bits per channel.
        `kinema.arrays.to_intensity` brings either to [0, 1].

    Raises
    ------
    FileNotFoundError
        If it does not exist.
    ValueError
        If it is no picture that Pillow can read.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError("reading pictures needs Pillow: pip install 'kinema[data]'") from error

    try:
        with Image.open(path) as image:
            if image.mode in ("F", "I"):
                raise ValueError(f"{path} holds 32-bit brightness of unknown range: save it with 8 or 16 bits")
            if image.mode.startswith("I;16"):
                return np.asarray(image).astype(np.uint16)  # in the byte order of this machine
            if image.format == "PNG" and _png_bits(path) == 16:  # colour, which Pillow would cut to 8 bits
                data, _ = _read_png(path)
                return data[..., 0] if data.shape[2] < 3 else data[..., :3]
            return np.asarray(image.convert("L" if image.mode in ("L", "1") else "RGB"))
    except Image.DecompressionBombError as error:
        raise ValueError(f"{path} is too large a picture: {error}") from error
    except (OSError, SyntaxError) as error:
        if getattr(error, "errno", None) is not None:  # missing, a folder, no permission: says so itself
            raise
        raise ValueError(f"{path} is no picture that can be read: unknown format, or damaged") from error


def _png_bits(path):
    """Bits per sample of a PNG: the byte after width and height in its header."""
    with open(path, "rb") as file:
        return file.read(25)[24]


def picture_suffixes():
    """Suffixes that `write_image` understands, such as ".png"."""
    return (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")


def write_image(path, image):
    """Write brightness (H, W) or colour (H, W, 3); the suffix chooses the format.

    Parameters
    ----------
    path : str or Path
        One of `picture_suffixes`; .png for 16 bits.
    image : uint8 or uint16 array, shape (H, W) or (H, W, 3)

    Raises
    ------
    ValueError
        If the array has another shape or type, or its 16 bits do not fit the format.
    """
    from PIL import Image

    image = to_numpy(image)
    if image.dtype not in (np.uint8, np.uint16) or not (image.ndim == 2 or image.ndim == 3 and image.shape[2] == 3):
        raise ValueError(
            f"image has dtype {image.dtype} and shape {image.shape}, expected uint8 or uint16 (H, W) or (H, W, 3)"
        )
    if image.dtype == np.uint16 and Path(path).suffix.lower() != ".png":
        raise ValueError(f"{path}: 16 bits are written as .png only: name it so, or convert the image to uint8")
    if image.dtype == np.uint16 and image.ndim == 3:
        _write_png16(path, image)
    else:
        Image.fromarray(image).save(path)
