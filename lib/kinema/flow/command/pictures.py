"""What the command line reads and draws: gray frames, coloured flow with its key, arrows."""

import numpy as np

from kinema.arrays import to_intensity

ARROW = (255, 210, 63)  # bright on photographs; its dark rim carries it over bright parts
RIM = (29, 36, 51)


def to_gray(image):
    """Gray brightness in [0, 1], float32 (H, W), of an integer picture: the mean of its channels."""
    image = to_intensity(image)
    return image if image.ndim == 2 else image.mean(axis=2, dtype=np.float32)


def read_gray(path):
    """Picture file as gray brightness in [0, 1], float32 (H, W)."""
    from kinema.data import read_image

    return to_gray(read_image(path))


def rim_speed(flows):
    """Speed to put at the wheel's rim: the 99th percentile over `flows`; 1 if nothing moves.

    Not the largest: a single wild pixel would wash out the rest.
    """
    speeds = [np.hypot(*flow).ravel() for flow in flows]
    known = np.concatenate([speed[np.isfinite(speed)] for speed in speeds])
    return float(np.percentile(known, 99)) if known.size and known.max() > 0 else 1.0


def picture_with_wheel(flow, *, max_speed=None):
    """Flow as colour with the wheel in the lower right corner, uint8 (H, W, 3), and the wheel's rim.

    Without `max_speed` the rim is `rim_speed`.
    """
    from kinema.viz import flow_to_color, wheel_picture

    if max_speed is None:
        max_speed = rim_speed([flow])
    picture = flow_to_color(flow, max_speed=max_speed)
    height, width = picture.shape[:2]
    size = max(9, min(height, width) // 4) | 1
    if size + 4 <= min(height, width):
        wheel = wheel_picture(size)
        y, x = np.mgrid[:size, :size] - (size - 1) / 2
        corner = picture[height - size - 2 : height - 2, width - size - 2 : width - 2]
        corner[np.hypot(x, y) <= (size - 1) / 2] = wheel[np.hypot(x, y) <= (size - 1) / 2]
    return picture, max_speed


def with_arrows(frame, flow, *, max_speed):
    """The frame, uint8 (H, W, 3), with arrows on a grid; one of `max_speed` reaches the next arrow's start.

    Pixels without an answer have no arrow; those that hardly move have a dot.
    """
    from PIL import Image, ImageDraw

    height, width = flow.shape[1:]
    step = max(12, min(height, width) // 14)
    image = Image.fromarray(frame)
    draw = ImageDraw.Draw(image)
    thick = max(1, step // 12)
    for y in range(step // 2, height, step):
        for x in range(step // 2, width, step):
            u, v = (float(c) for c in flow[:, y, x])
            if not np.isfinite(u + v):
                continue
            # Longer than two cells is a wild estimate, or a rim set too low: cut, so that it hides no neighbours.
            scale = step / max(max_speed, np.hypot(u, v) / 2)
            lines = _arrow(x, y, u * scale, v * scale, head=step / 4)
            for color, extra in ((RIM, 2), (ARROW, 0)):
                for line in lines:
                    draw.line(line, fill=color, width=thick + extra)
                if len(lines) == 1:  # no arrow to see: a dot
                    radius = thick + extra / 2
                    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)
    return np.asarray(image)


def _arrow(x, y, dx, dy, *, head):
    """Lines of an arrow from (x, y) along (dx, dy): its shaft, and its head if it is long enough to have one."""
    tip = (x + dx, y + dy)
    length = np.hypot(dx, dy)
    if length < 1:
        return [[(x, y), tip]]
    head = min(head, length) / length
    barbs = [(tip[0] - head * (dx - side * dy), tip[1] - head * (dy + side * dx)) for side in (0.6, -0.6)]
    return [[(x, y), tip], [barbs[0], tip, barbs[1]]]
