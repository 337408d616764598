import { blurFrame, gaussianTaps, reduceFrame } from "./filters.js";
// Dense pyramidal Lucas–Kanade, fast enough for film: kinema.flow.pyramidal_lucas_kanade in JavaScript.
// Frames and each part of a flow are flat arrays, row by row. Every function fills the buffer it is
// given, or a fresh one, so that a film can reuse its buffers and a test can do without.

// One part of a flow carried to the finer level, interpolated and doubled: kinema.flow.pyramid.expand_flow.
export function expandFlow(part, width, height, out = new Float64Array(width * height)) {
  const w = (width + 1) >> 1, h = (height + 1) >> 1;
  for (let y = 0; y < height; y++) {
    const above = (y >> 1) * w, below = Math.min((y + 1) >> 1, h - 1) * w;
    for (let x = 0; x < width; x++) {
      const left = x >> 1, right = Math.min((x + 1) >> 1, w - 1);
      out[y * width + x] = (part[above + left] + part[above + right] + part[below + left] + part[below + right]) / 2;
    }
  }
  return out;
}

// Fourth-order slope, second and first order at the border: kinema.flow.derivatives.five_point.
export function fivePoint(image, width, height, axis, out = new Float64Array(width * height)) {
  const along = axis === "x", size = along ? width : height, step = along ? 1 : width;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const k = y * width + x, i = along ? x : y;
      if (i >= 2 && i < size - 2) {
        out[k] = (image[k - 2 * step] - 8 * image[k - step] + 8 * image[k + step] - image[k + 2 * step]) / 12;
      } else {
        const before = i > 0 ? 1 : 0, after = i < size - 1 ? 1 : 0;
        out[k] = (image[k + after * step] - image[k - before * step]) / (before + after);
      }
    }
  }
  return out;
}

// Frame pulled back along (u, v) by cubic convolution, the border repeated: kinema.flow.warp. `inside`
// is 1 where the arrow ends in the frame, else 0.
export function warpFrame(image, width, height, u, v, out = new Float64Array(width * height), inside = new Uint8Array(width * height)) {
  for (let row = 0, k = 0; row < height; row++) {
    for (let column = 0; column < width; column++, k++) {
      const goX = column + u[k], goY = row + v[k];
      const x = goX < 0 ? 0 : goX > width - 1 ? width - 1 : goX, y = goY < 0 ? 0 : goY > height - 1 ? height - 1 : goY;
      inside[k] = x === goX && y === goY ? 1 : 0;
      const x0 = Math.floor(x), y0 = Math.floor(y), s = x - x0, t = y - y0;
      // Keys' weights (a = -1/2) of the neighbours at -1, 0, 1 and 2.
      const a = ((-0.5 * s + 1) * s - 0.5) * s, b = (1.5 * s - 2.5) * s * s + 1, c = ((-1.5 * s + 2) * s + 0.5) * s, d = (0.5 * s - 0.5) * s * s;
      const e = ((-0.5 * t + 1) * t - 0.5) * t, f = (1.5 * t - 2.5) * t * t + 1, g = ((-1.5 * t + 2) * t + 0.5) * t, h = (0.5 * t - 0.5) * t * t;
      const p = x0 > 0 ? x0 - 1 : 0, q = x0 < width - 1 ? x0 + 1 : x0, r = x0 < width - 2 ? x0 + 2 : width - 1;
      const A = (y0 > 0 ? y0 - 1 : 0) * width, B = y0 * width;
      const C = (y0 < height - 1 ? y0 + 1 : y0) * width, D = (y0 < height - 2 ? y0 + 2 : height - 1) * width;
      out[k] =
        e * (a * image[A + p] + b * image[A + x0] + c * image[A + q] + d * image[A + r]) +
        f * (a * image[B + p] + b * image[B + x0] + c * image[B + q] + d * image[B + r]) +
        g * (a * image[C + p] + b * image[C + x0] + c * image[C + q] + d * image[C + r]) +
        h * (a * image[D + p] + b * image[D + x0] + c * image[D + q] + d * image[D + r]);
    }
  }
  return out;
}

// Median of the window around each pixel, the border repeated: kinema.filters.median_filter. `size` is odd.
// Each column of the window is sorted once and split: the smaller half of the window to the left of its
// mark, the larger to the right. One pixel on, one column changes and few marks move.
export function medianFilter(image, width, height, size, out = new Float64Array(width * height), columns = columnsFor(width, size)) {
  const { sorted, marks } = columns, r = (size - 1) / 2, half = (size * size + 1) / 2, wide = width + 2 * r, stride = size + 2;
  for (let y = 0; y < height; y++) {
    const leaves = (y - 1 - r < 0 ? 0 : y - 1 - r) * width, enters = (y + r < height ? y + r : height - 1) * width;
    for (let x = 0; x < wide; x++) {
      const from = x < r ? 0 : x - r < width ? x - r : width - 1, start = x * stride + 1;
      if (y === 0) {
        for (let k = 0; k < size; k++) {
          const z = image[(k < r ? 0 : k - r < height ? k - r : height - 1) * width + from];
          let j = start + k;
          sorted[j] = Infinity;
          for (; sorted[j - 1] > z; j--) sorted[j] = sorted[j - 1];
          sorted[j] = z;
        }
      } else {
        const old = image[leaves + from], z = image[enters + from];
        let j = start;
        while (sorted[j] < old) j++;
        for (; sorted[j - 1] > z; j--) sorted[j] = sorted[j - 1];
        for (; sorted[j + 1] < z; j++) sorted[j] = sorted[j + 1];
        sorted[j] = z;
      }
    }
    let total = 0, guess = sorted[r * stride + r + 1];
    for (let x = 0; x < wide; x++) {
      let mark = x * stride;
      for (let k = 1; k <= size; k++) mark += sorted[x * stride + k] < guess ? 1 : 0;
      marks[x] = mark;
      total += mark - x * stride;
      if (x < size - 1) continue;
      const first = x - size + 1;
      let best = first;
      for (; total < half; total++) {
        best = first;
        for (let c = first + 1; c <= x; c++) if (sorted[marks[c] + 1] < sorted[marks[best] + 1]) best = c;
        marks[best]++;
      }
      for (; total > half; total--) {
        best = first;
        for (let c = first + 1; c <= x; c++) if (sorted[marks[c]] > sorted[marks[best]]) best = c;
        marks[best]--;
      }
      guess = sorted[marks[first]];
      for (let c = first + 1; c <= x; c++) { const z = sorted[marks[c]]; if (z > guess) guess = z; }
      out[y * width + first] = guess;
      total -= marks[first] - first * stride;
    }
  }
  return out;
}

// Room for the sorted columns of one row of windows, each between two sentinels.
function columnsFor(width, size) {
  const wide = width + size - 1, sorted = new Float64Array(wide * (size + 2)).fill(Infinity);
  for (let x = 0; x < wide; x++) sorted[x * (size + 2)] = -Infinity;
  return { sorted, marks: new Int32Array(wide) };
}

// The five sums of every window, weighted, and the step that they ask for, added to (u, v). Along rows the
// sums go to `across`, five numbers a pixel; along columns they meet in registers. Nothing beyond the border counts.
function addStep(fields, width, height, taps, damping, outlier, u, v, outU, outV, line, across) {
  const { I0, warped, inside, Ix0, Iy0, Ix1, Iy1 } = fields, r = (taps.length - 1) / 2, scale = 1 / outlier;
  line.fill(0);
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0, to = 5 * r; x < width; x++, k++, to += 5) {
      const Ix = (Ix0[k] + Ix1[k]) / 2, Iy = (Iy0[k] + Iy1[k]) / 2, It = warped[k] - I0[k], off = It * scale;
      const weight = inside[k] / (1 + off * off), wx = weight * Ix, wy = weight * Iy;
      line[to] = wx * Ix; line[to + 1] = wx * Iy; line[to + 2] = wy * Iy; line[to + 3] = wx * It; line[to + 4] = wy * It;
    }
    for (let x = 0, to = 5 * y * width; x < width; x++, to += 5) {
      let xx = 0, xy = 0, yy = 0, xt = 0, yt = 0;
      for (let j = 0, from = 5 * x; j <= 2 * r; j++, from += 5) {
        const tap = taps[j];
        xx += tap * line[from]; xy += tap * line[from + 1]; yy += tap * line[from + 2];
        xt += tap * line[from + 3]; yt += tap * line[from + 4];
      }
      across[to] = xx; across[to + 1] = xy; across[to + 2] = yy; across[to + 3] = xt; across[to + 4] = yt;
    }
  }
  for (let y = 0, k = 0; y < height; y++) {
    const first = Math.max(r - y, 0), last = Math.min(2 * r, height - 1 - y + r);
    for (let x = 0; x < width; x++, k++) {
      let Jxx = damping, Jxy = 0, Jyy = damping, bx = 0, by = 0;
      for (let j = first, from = 5 * ((y + first - r) * width + x); j <= last; j++, from += 5 * width) {
        const tap = taps[j];
        Jxx += tap * across[from]; Jxy += tap * across[from + 1]; Jyy += tap * across[from + 2];
        bx -= tap * across[from + 3]; by -= tap * across[from + 4];
      }
      const det = Math.max(Jxx * Jyy - Jxy * Jxy, damping * (Jxx + Jyy - damping));
      outU[k] = u[k] + (Jyy * bx - Jxy * by) / det;
      outV[k] = v[k] + (Jxx * by - Jxy * bx) / det;
    }
  }
}

// A solver for one size of frame. Its buffers are made here, once; solve(I0, I1) then fills and returns
// { u, v }, which stay as they are until the next call. Options are those of the Python function.
export function openFlow(width, height, options = {}) {
  const { levels = 3, iterations = 3, window = 11, median = 5, blur = 0.5, damping = 5e-6, outlier = 0.02 } = options;
  const taps = Float64Array.from(gaussianTaps(window / 5, (window - 1) / 2)), softly = blur > 0 ? gaussianTaps(blur) : [1];
  const n = width * height, fresh = (count) => new Float64Array(count);
  const full = fresh(n), rows = fresh(n), nextU = fresh(n), nextV = fresh(n), inside = new Uint8Array(n);
  const warped = fresh(n), Ix1 = fresh(n), Iy1 = fresh(n), across = fresh(5 * n), line = fresh(5 * (width + window - 1));
  const columns = columnsFor(width, median);
  const pyramid = [];
  for (let l = 0, w = width, h = height; l < levels; l++, w = (w + 1) >> 1, h = (h + 1) >> 1) {
    const [I0, I1, Ix0, Iy0, u, v] = Array.from({ length: 6 }, () => fresh(w * h));
    pyramid.push({ w, h, I0, I1, Ix0, Iy0, u, v, fields: { I0, warped, inside, Ix0, Iy0, Ix1, Iy1 } });
  }
  const refine = ({ w, h, I1, u, v, fields }) => {
    warpFrame(I1, w, h, u, v, warped, inside);
    fivePoint(warped, w, h, "x", Ix1);
    fivePoint(warped, w, h, "y", Iy1);
    addStep(fields, w, h, taps, damping, outlier, u, v, nextU, nextV, line, across);
    medianFilter(nextU, w, h, median, u, columns);
    medianFilter(nextV, w, h, median, v, columns);
  };
  const solve = (I0, I1) => {
    blurFrame(I0, width, height, softly, pyramid[0].I0, rows);
    blurFrame(I1, width, height, softly, pyramid[0].I1, rows);
    for (let l = 1; l < levels; l++) {
      const fine = pyramid[l - 1], { I0: half0, I1: half1 } = pyramid[l];
      reduceFrame(fine.I0, fine.w, fine.h, half0, full, rows);
      reduceFrame(fine.I1, fine.w, fine.h, half1, full, rows);
    }
    for (let l = levels - 1; l >= 0; l--) {
      const level = pyramid[l], coarse = pyramid[l + 1], { w, h, u, v } = level;
      if (coarse) { expandFlow(coarse.u, w, h, u); expandFlow(coarse.v, w, h, v); } else { u.fill(0); v.fill(0); }
      fivePoint(level.I0, w, h, "x", level.Ix0);
      fivePoint(level.I0, w, h, "y", level.Iy0);
      for (let i = 0; i < iterations; i++) refine(level);
    }
    return pyramid[0];
  };
  return { solve: (I0, I1) => { const { u, v } = solve(I0, I1); return { u, v }; } };
}

// Flow at every pixel of one pair: kinema.flow.pyramidal_lucas_kanade.
export function pyramidalLucasKanade(I0, I1, width, height, options = {}) {
  return openFlow(width, height, options).solve(I0, I1);
}
