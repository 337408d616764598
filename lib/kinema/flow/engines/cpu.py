"""Pyramidal Lucas–Kanade and TV-L1 compiled by numba: rows over the processor's cores, columns over its vector lanes.

`pyramidal` is `kinema.flow.pyramidal._plain` with its loops fused: the products of the slopes are made
row by row, blurred along the row while they lie in cache, and kept for as many rows as the window is
high. What leaves the cache in one iteration is the warped frame and the flow.

Constants are made in the type of the frames (`real(0.5)`), or numba would compute in float64.
"""

from functools import cache

import numpy as np
from numba import njit, prange

from kinema.filters import gaussian_taps, median_network
from kinema.flow.engines.compiling import COMPILE, as_given, one_at_a_time, rows
from kinema.flow.pyramid import BINOMIAL
from kinema.flow.variational import LEAST_EDGE, LEAST_SQUARE, STEP

STRIP = 32  # rows of one task; its window reaches into its neighbours'


@njit(**COMPILE)
def _mirrored(k, size):
    k = abs(k)
    return k if k < size else 2 * (size - 1) - k


@njit(parallel=True, **COMPILE)
def _blur(image, taps, step):
    """Separable correlation, mirrored at the border; every `step`-th sample is kept."""
    height, width = image.shape
    h, w = (height + step - 1) // step, (width + step - 1) // step
    radius = len(taps) // 2
    out = np.empty((h, w), image.dtype)
    for i in prange(h):
        row = np.zeros(width + 2 * radius, image.dtype)
        for k in range(-radius, radius + 1):
            source, tap = image[_mirrored(step * i + k, height)], taps[k + radius]
            inner = row[radius : radius + width]
            for x in range(width):
                inner[x] += tap * source[x]
        for k in range(radius):
            row[k] = row[radius + _mirrored(k - radius, width)]
            row[width + radius + k] = row[radius + _mirrored(width + k, width)]
        for j in range(w):
            total = taps[0] * row[step * j]
            for k in range(1, 2 * radius + 1):
                total += taps[k] * row[step * j + k]
            out[i, j] = total
    return out


@njit(parallel=True, **COMPILE)
def _expand(coarse, height, width):
    """A component of the flow on the finer level: interpolated, and doubled."""
    h, w = coarse.shape
    half = coarse.dtype.type(0.5)
    out = np.empty((height, width), coarse.dtype)
    for y in prange(height):
        above, below = coarse[y // 2], coarse[min((y + 1) // 2, h - 1)]
        for x in range(width):
            left, right = x // 2, min((x + 1) // 2, w - 1)
            out[y, x] = half * (above[left] + above[right] + below[left] + below[right])
    return out


@njit(parallel=True, **COMPILE)
def _warp(image, u, v, out, inside):
    """Cubic convolution (Keys, a = -1/2) at the ends of the arrows; `inside` is 1 or 0."""
    height, width = image.shape
    real = image.dtype.type
    zero, half, one, three_halves, two, five_halves = real(0), real(0.5), real(1), real(1.5), real(2), real(2.5)
    last_x, last_y = real(width - 1), real(height - 1)
    for y in prange(height):
        for x in range(width):
            px, py = real(x) + u[y, x], real(y) + v[y, x]
            seen = px >= zero and px <= last_x and py >= zero and py <= last_y
            inside[y, x] = one if seen else zero
            px, py = min(max(px, zero), last_x), min(max(py, zero), last_y)
            column, row = int(px), int(py)
            t, s = px - real(column), py - real(row)
            a0, a1 = ((one - half * t) * t - half) * t, (three_halves * t - five_halves) * t * t + one
            a2, a3 = ((two - three_halves * t) * t + half) * t, (half * t - half) * t * t
            b0, b1 = ((one - half * s) * s - half) * s, (three_halves * s - five_halves) * s * s + one
            b2, b3 = ((two - three_halves * s) * s + half) * s, (half * s - half) * s * s
            # Away from the border the neighbours need no clamping: the common case stays short.
            if 1 <= column < width - 2 and 1 <= row < height - 2:
                r0, r1, r2, r3 = image[row - 1], image[row], image[row + 1], image[row + 2]
                c0, c1, c2, c3 = column - 1, column, column + 1, column + 2
            else:
                r0, r1 = image[max(row - 1, 0)], image[row]
                r2, r3 = image[min(row + 1, height - 1)], image[min(row + 2, height - 1)]
                c0, c1, c2, c3 = max(column - 1, 0), column, min(column + 1, width - 1), min(column + 2, width - 1)
            out[y, x] = (
                b0 * (a0 * r0[c0] + a1 * r0[c1] + a2 * r0[c2] + a3 * r0[c3])
                + b1 * (a0 * r1[c0] + a1 * r1[c1] + a2 * r1[c2] + a3 * r1[c3])
                + b2 * (a0 * r2[c0] + a1 * r2[c1] + a2 * r2[c2] + a3 * r2[c3])
                + b3 * (a0 * r3[c0] + a1 * r3[c1] + a2 * r3[c2] + a3 * r3[c3])
            )


@njit(**COMPILE)
def _slopes(image, y, gx, gy):
    """Five-point derivatives of one row, as `kinema.flow.derivatives.five_point`."""
    height, width = image.shape
    real = image.dtype.type
    eight, twelfth, half = real(8), real(1 / 12), real(0.5)
    row = image[y]
    if 2 <= y < height - 2:
        a, b, c, d = image[y - 2], image[y - 1], image[y + 1], image[y + 2]
        for x in range(width):
            gy[x] = (a[x] - d[x] + eight * (c[x] - b[x])) * twelfth
    else:
        above, below = image[max(y - 1, 0)], image[min(y + 1, height - 1)]
        scale = half if 0 < y < height - 1 else real(1)
        for x in range(width):
            gy[x] = (below[x] - above[x]) * scale
    for x in range(2, width - 2):
        gx[x] = (row[x - 2] - row[x + 2] + eight * (row[x + 1] - row[x - 1])) * twelfth
    gx[0], gx[width - 1] = row[1] - row[0], row[width - 1] - row[width - 2]
    gx[1], gx[width - 2] = (row[2] - row[0]) * half, (row[width - 1] - row[width - 3]) * half


@njit(parallel=True, **COMPILE)
def _gradients(image, gx, gy):
    for y in prange(image.shape[0]):
        _slopes(image, y, gx[y], gy[y])


@njit(**COMPILE)
def _products(I0, gx0, gy0, warped, inside, y, outlier, gx, gy, products, radius):
    """Ix², Ix Iy, Iy², Ix It and Iy It of one row, each weighted, `radius` zeros left and right."""
    real = I0.dtype.type
    half, one = real(0.5), real(1)
    _slopes(warped, y, gx, gy)
    first, second, seen, sx, sy = I0[y], warped[y], inside[y], gx0[y], gy0[y]
    inner = products[:, radius : radius + I0.shape[1]]
    pxx, pxy, pyy, pxt, pyt = inner[0], inner[1], inner[2], inner[3], inner[4]
    for x in range(I0.shape[1]):
        Ix, Iy, It = half * (sx[x] + gx[x]), half * (sy[x] + gy[x]), second[x] - first[x]
        weight = seen[x] / (one + (It / outlier) * (It / outlier))
        pxx[x], pxy[x], pyy[x] = weight * Ix * Ix, weight * Ix * Iy, weight * Iy * Iy
        pxt[x], pyt[x] = weight * Ix * It, weight * Iy * It


@njit(**COMPILE)
def _blur_along(products, taps, blurred):
    """Each channel of one row, blurred along it; `products` has half a window of zeros at both ends."""
    radius, width = len(taps) // 2, blurred.shape[1]
    for c in range(blurred.shape[0]):
        source, target, tap = products[c], blurred[c], taps[radius]
        middle = source[radius : radius + width]
        for x in range(width):
            target[x] = tap * middle[x]
        for k in range(radius):
            # Views, so that no index can be negative for all the compiler knows: such loops are not vectorised.
            left, right, tap = source[k : k + width], source[2 * radius - k : 2 * radius - k + width], taps[k]
            for x in range(width):
                target[x] += tap * (left[x] + right[x])


@njit(**COMPILE)
def _add_up(blurred, row, taps, sums):
    """Weighted sum, for each channel, of the rows of the window around `row`; row y lies at y modulo the window."""
    count, channels, width = blurred.shape
    radius = count // 2
    for c in range(channels):
        source, target, tap = blurred[(row + radius) % count, c], sums[c], taps[radius]
        for x in range(width):
            target[x] = tap * source[x]
        for k in range(radius):
            above, below, tap = blurred[(row + k) % count, c], blurred[(row + 2 * radius - k) % count, c], taps[k]
            for x in range(width):
                target[x] += tap * (above[x] + below[x])


@njit(parallel=True, **COMPILE)
def _solve(I0, gx0, gy0, warped, inside, u, v, taps, damping, outlier, new_u, new_v):
    """One Lucas–Kanade step: (u, v) plus what the windows say is left of the motion."""
    height, width = I0.shape
    count = len(taps)
    radius = count // 2
    real = I0.dtype.type
    for task in prange((height + STRIP - 1) // STRIP):
        start, stop = task * STRIP, min((task + 1) * STRIP, height)
        blurred = np.zeros((count, 5, width), I0.dtype)  # the last `count` rows, blurred along x
        products = np.zeros((5, width + 2 * radius), I0.dtype)
        sums = np.empty((5, width), I0.dtype)
        gx, gy = np.empty(width, I0.dtype), np.empty(width, I0.dtype)
        for y in range(start - radius, stop + radius):
            latest = blurred[(y + radius) % count]
            if 0 <= y < height:
                _products(I0, gx0, gy0, warped, inside, y, outlier, gx, gy, products, radius)
                _blur_along(products, taps, latest)
            else:
                latest[:] = real(0)
            row = y - radius
            if row < start:
                continue
            _add_up(blurred, row, taps, sums)
            jxx, jxy, jyy, jxt, jyt = sums[0], sums[1], sums[2], sums[3], sums[4]
            old_u, old_v, out_u, out_v = u[row], v[row], new_u[row], new_v[row]
            for x in range(width):
                a, b, d = jxx[x] + damping, jxy[x], jyy[x] + damping
                scale = real(1) / max(a * d - b * b, damping * (a + d - damping))
                out_u[x] = old_u[x] - (d * jxt[x] - b * jyt[x]) * scale
                out_v[x] = old_v[x] - (a * jyt[x] - b * jxt[x]) * scale


@njit(parallel=True, **COMPILE)
def _median(field, out, size, network):
    """Median over size x size pixels: each compare-exchange runs over a whole row at a time."""
    height, width = field.shape
    radius = size // 2
    for y in prange(height):
        wires = np.empty((size * size, width), field.dtype)
        for j in range(size):
            source = field[min(max(y + j - radius, 0), height - 1)]
            for k in range(size):
                wire, shift = wires[size * j + k], k - radius
                if width > 2 * radius:
                    wire[radius : width - radius] = source[k : width - 2 * radius + k]
                for x in range(min(radius, width)):
                    wire[x] = source[min(max(x + shift, 0), width - 1)]
                    wire[width - 1 - x] = source[min(max(width - 1 - x + shift, 0), width - 1)]
        for n in range(network.shape[0]):
            low = wires[network[n, 0]]
            high = wires[network[n, 1]]
            for x in range(width):
                p = low[x]
                q = high[x]
                low[x] = p if p < q else q
                high[x] = q if p < q else p
        middle, target = wires[size * size // 2], out[y]
        for x in range(width):
            target[x] = middle[x]


@cache
def _network(size):
    return np.array(median_network(size * size), np.int64)


def median_filter(field, size):
    """`kinema.filters.median_filter` of one numpy field (H, W)."""
    out = np.empty_like(field)
    _median(field, out, size, _network(size))
    return out


def _level(I0, I1, u, v, count, taps, damping, outlier, median):
    """All iterations at one level; returns u and v."""
    gx0, gy0, warped, inside, new_u, new_v = (np.empty_like(I0) for _ in range(6))
    _gradients(I0, gx0, gy0)
    for _ in range(count):
        _warp(I1, u, v, warped, inside)
        _solve(I0, gx0, gy0, warped, inside, u, v, taps, damping, outlier, new_u, new_v)
        if median == 1:
            u, v, new_u, new_v = new_u, new_v, u, v
        else:
            _median(new_u, u, median, _network(median))
            _median(new_v, v, median, _network(median))
    return u, v


@one_at_a_time
def pyramidal(I0, I1, counts, flow, *, blur, taps, damping, outlier, median):
    """`kinema.flow.pyramidal._plain`, compiled: numpy or CPU torch frames (H, W), float32 or float64."""
    given = I0
    I0, I1, flow = rows(I0, I1, flow)
    real = I0.dtype.type
    if blur > 0:
        I0, I1 = (_blur(I, np.array(gaussian_taps(blur), I0.dtype), 1) for I in (I0, I1))
    pyramid = [(I0, I1)]
    for _ in counts[1:]:
        pyramid.append(tuple(_blur(I, np.array(BINOMIAL, I0.dtype), 2) for I in pyramid[-1]))
    u, v = flow[0].astype(I0.dtype), flow[1].astype(I0.dtype)
    for (first, second), count in zip(reversed(pyramid), reversed(counts), strict=True):
        if u.shape != first.shape:
            u, v = (_expand(c, *first.shape) for c in (u, v))
        u, v = _level(first, second, u, v, count, np.array(taps, I0.dtype), real(damping), real(outlier), median)
    return as_given(np.stack([u, v]), given)


@njit(parallel=True, **COMPILE)
def _confidence(I0, gx0, gy0, warped, inside, taps, noise, outlier, out):
    """noise² λ₂ / (noise² + mean It²)² of every window."""
    height, width = I0.shape
    count = len(taps)
    radius = count // 2
    real = I0.dtype.type
    zero, half, one, floor = real(0), real(0.5), real(1), noise * noise
    cut = real(16 * np.finfo(I0.dtype).eps)
    for task in prange((height + STRIP - 1) // STRIP):
        start, stop = task * STRIP, min((task + 1) * STRIP, height)
        blurred = np.zeros((count, 4, width), I0.dtype)
        products = np.zeros((4, width + 2 * radius), I0.dtype)
        inner = products[:, radius : radius + width]
        pxx, pxy, pyy, ptt = inner[0], inner[1], inner[2], inner[3]
        sums = np.empty((4, width), I0.dtype)
        gx, gy = np.empty(width, I0.dtype), np.empty(width, I0.dtype)
        for y in range(start - radius, stop + radius):
            latest = blurred[(y + radius) % count]
            if 0 <= y < height:
                _slopes(warped, y, gx, gy)
                first, second, seen, sx, sy = I0[y], warped[y], inside[y], gx0[y], gy0[y]
                for x in range(width):
                    Ix, Iy, It = half * (sx[x] + gx[x]), half * (sy[x] + gy[x]), second[x] - first[x]
                    weight = seen[x] / (one + (It / outlier) * (It / outlier))
                    pxx[x], pxy[x], pyy[x], ptt[x] = weight * Ix * Ix, weight * Ix * Iy, weight * Iy * Iy, weight * It * It
                _blur_along(products, taps, latest)
            else:
                latest[:] = zero
            row = y - radius
            if row < start:
                continue
            _add_up(blurred, row, taps, sums)
            jxx, jxy, jyy, left, result = sums[0], sums[1], sums[2], sums[3], out[row]
            for x in range(width):
                half_trace, half_difference = half * (jxx[x] + jyy[x]), half * (jxx[x] - jyy[x])
                spread = np.sqrt(half_difference * half_difference + jxy[x] * jxy[x])
                lambda2 = half_trace - spread
                if lambda2 <= cut * (half_trace + spread):
                    lambda2 = zero
                root = noise / (floor + left[x])
                result[x] = root * root * lambda2


@one_at_a_time
def confidence(I0, I1, flow, *, taps, noise, outlier):
    """`kinema.flow.pyramidal._plain_confidence`, compiled: numpy or CPU torch frames (H, W), float32 or float64."""
    given = I0
    I0, I1, flow = rows(I0, I1, flow)
    real = I0.dtype.type
    gx0, gy0, warped, inside, out = (np.empty_like(I0) for _ in range(5))
    _gradients(I0, gx0, gy0)
    _warp(I1, flow[0], flow[1], warped, inside)
    _confidence(I0, gx0, gy0, warped, inside, np.array(taps, I0.dtype), real(noise), real(outlier), out)
    return as_given(out, given)


@njit(parallel=True, **COMPILE)
def _dual_step(ahead, px, py, edges, step, huber):
    """The dual field climbs along the gradient of one component of the flow, and is cut back to `edges`."""
    height, width = ahead.shape
    real = ahead.dtype.type
    one, zero = real(1), real(0)
    damp = one / (one + step * huber)
    for y in prange(height):
        row, below, stays = ahead[y], ahead[min(y + 1, height - 1)], edges[y]
        qx, qy = px[y], py[y]
        for x in range(width):
            right = row[x + 1] - row[x] if x < width - 1 else zero
            gx, gy = (qx[x] + step * right) * damp, (qy[x] + step * (below[x] - row[x])) * damp
            scale = one / max(np.sqrt(gx * gx + gy * gy) / stays[x], one)
            qx[x], qy[x] = gx * scale, gy * scale


@njit(parallel=True, **COMPILE)
def _primal_step(u, v, ahead_u, ahead_v, pux, puy, pvx, pvy, Ix, Iy, r, square, step, most):
    """The flow descends along the divergence, then towards the line of its flow equation."""
    height, width = u.shape
    real = u.dtype.type
    zero, two = real(0), real(2)
    for y in prange(height):
        up = y > 0
        last = y == height - 1
        for x in range(width):
            right = x < width - 1
            du = (pux[y, x] if right else zero) - (pux[y, x - 1] if x > 0 else zero)
            dv = (pvx[y, x] if right else zero) - (pvx[y, x - 1] if x > 0 else zero)
            du += (zero if last else puy[y, x]) - (puy[y - 1, x] if up else zero)
            dv += (zero if last else pvy[y, x]) - (pvy[y - 1, x] if up else zero)
            nu, nv = u[y, x] + step * du, v[y, x] + step * dv
            move = (r[y, x] + Ix[y, x] * nu + Iy[y, x] * nv) / square[y, x]
            move = min(max(move, -most), most)
            nu, nv = nu - move * Ix[y, x], nv - move * Iy[y, x]
            ahead_u[y, x], ahead_v[y, x] = two * nu - u[y, x], two * nv - v[y, x]
            u[y, x], v[y, x] = nu, nv


@njit(parallel=True, **COMPILE)
def _data_term(I0, gx0, gy0, warped, inside, u, v, Ix, Iy, r, square):
    """Slopes and constant of the linearised brightness error, 0 outside the frame."""
    height, width = I0.shape
    half, least = I0.dtype.type(0.5), I0.dtype.type(LEAST_SQUARE)
    for y in prange(height):
        gx, gy = np.empty(width, I0.dtype), np.empty(width, I0.dtype)
        _slopes(warped, y, gx, gy)
        for x in range(width):
            a, b = inside[y, x] * half * (gx0[y, x] + gx[x]), inside[y, x] * half * (gy0[y, x] + gy[x])
            Ix[y, x], Iy[y, x], square[y, x] = a, b, a * a + b * b + least
            r[y, x] = inside[y, x] * (warped[y, x] - I0[y, x]) - a * u[y, x] - b * v[y, x]


def _tv_l1_level(I0, I1, u, v, warps, iterations, data_weight, huber, edge_stop, median):
    """All warps at one level; returns u and v."""
    real = I0.dtype.type
    gx0, gy0, warped, inside, Ix, Iy, r, square, ahead_u, ahead_v = (np.empty_like(I0) for _ in range(10))
    pux, puy, pvx, pvy = (np.zeros_like(I0) for _ in range(4))
    _gradients(I0, gx0, gy0)
    edges = np.maximum(np.exp(-real(edge_stop) * np.sqrt(np.sqrt(gx0 * gx0 + gy0 * gy0))), real(LEAST_EDGE))
    step = real(STEP)
    for _ in range(warps):
        _warp(I1, u, v, warped, inside)
        _data_term(I0, gx0, gy0, warped, inside, u, v, Ix, Iy, r, square)
        ahead_u[:], ahead_v[:] = u, v
        for _ in range(iterations):
            _dual_step(ahead_u, pux, puy, edges, step, real(huber))
            _dual_step(ahead_v, pvx, pvy, edges, step, real(huber))
            _primal_step(
                u, v, ahead_u, ahead_v, pux, puy, pvx, pvy, Ix, Iy, r, square, step, step * real(data_weight)
            )  # fmt: skip
        if median > 1:
            u, v = median_filter(u, median), median_filter(v, median)
    return u, v


@one_at_a_time
def tv_l1(I0, I1, levels, *, warps, iterations, data_weight, huber, edge_stop, median):
    """`kinema.flow.variational._plain_tv_l1`, compiled: numpy or CPU torch frames (H, W), float32 or float64."""
    given = I0
    I0, I1 = rows(I0, I1)
    pyramid = [(I0, I1)]
    for _ in range(levels - 1):
        pyramid.append(tuple(_blur(I, np.array(BINOMIAL, I0.dtype), 2) for I in pyramid[-1]))
    u, v = np.zeros_like(pyramid[-1][0]), np.zeros_like(pyramid[-1][0])
    for first, second in reversed(pyramid):
        if u.shape != first.shape:
            u, v = (_expand(c, *first.shape) for c in (u, v))
        u, v = _tv_l1_level(first, second, u, v, warps, iterations, data_weight, huber, edge_stop, median)
    return as_given(np.stack([u, v]), given)
