import { blurFrame, gaussianTaps, reduceFrame } from "./filters.js";
import { bilinear } from "./flow.js";
// Warping, blurring and pyramids: kinema.flow.warp, gaussian_pyramid and kinema.filters in JavaScript,
// for frames as flat arrays, row by row, that move as a whole by one (u, v).

// Value of the nearest pixel; halves go right and down.
export function nearest(field, width, height, x, y) {
  const a = Math.min(Math.max(Math.floor(x + 0.5), 0), width - 1), b = Math.min(Math.max(Math.floor(y + 0.5), 0), height - 1);
  return field[b * width + a];
}

// Weights of the pixels at -1, 0, 1, 2 for a position t past the second: Keys (1981), a = -1/2.
export function keysWeights(t) {
  return [((-0.5 * t + 1) * t - 0.5) * t, (1.5 * t - 2.5) * t * t + 1, ((-1.5 * t + 2) * t + 0.5) * t, (0.5 * t - 0.5) * t * t];
}

// Value between pixels by cubic convolution, clamped at the border: kinema.sampling.sample_bicubic.
export function bicubic(field, width, height, x, y) {
  x = Math.min(Math.max(x, 0), width - 1);
  y = Math.min(Math.max(y, 0), height - 1);
  const x0 = Math.floor(x), y0 = Math.floor(y), wx = keysWeights(x - x0), wy = keysWeights(y - y0);
  let total = 0;
  for (let j = 0; j < 4; j++) {
    const row = Math.min(Math.max(y0 + j - 1, 0), height - 1) * width;
    let line = 0;
    for (let k = 0; k < 4; k++) line += wx[k] * field[row + Math.min(Math.max(x0 + k - 1, 0), width - 1)];
    total += wy[j] * line;
  }
  return total;
}

// What the frame shows (u, v) further on: kinema.flow.warp(fill="edge") under a uniform flow.
export function warp(field, width, height, [u, v], interpolation = "bilinear") {
  const sample = { nearest, bilinear, bicubic }[interpolation], result = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) result[y * width + x] = sample(field, width, height, x + u, y + v);
  }
  return result;
}

// Which columns and rows land inside the frame: [left, right, top, bottom], both ends included.
// kinema.flow.lands_inside under a uniform flow.
export function landingBox(width, height, [u, v]) {
  const first = (d) => Math.max(0, Math.ceil(-d)), last = (d, size) => Math.min(size - 1, Math.floor(size - 1 - d));
  return [first(u), last(u, width), first(v), last(v, height)];
}

// kinema.filters.gaussian_blur; sigma 0 changes nothing.
export function gaussianBlur(field, width, height, sigma) {
  return sigma > 0 ? blurFrame(field, width, height, gaussianTaps(sigma)) : field;
}

// The next level of a pyramid. Unless `blurred`, samples are dropped without a filter: the slip.
export function halved({ field, width, height }, blurred = true) {
  const w = Math.ceil(width / 2), h = Math.ceil(height / 2);
  if (blurred) return { field: reduceFrame(field, width, height), width: w, height: h };
  const result = new Float64Array(w * h);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) result[y * w + x] = field[2 * y * width + 2 * x];
  return { field: result, width: w, height: h };
}

// Finest first: kinema.flow.gaussian_pyramid.
export function gaussianPyramid(field, width, height, levels, blurred = true) {
  const pyramid = [{ field, width, height }];
  while (pyramid.length < levels) pyramid.push(halved(pyramid[pyramid.length - 1], blurred));
  return pyramid;
}

// The one (u, v) that fits Ix u + Iy v + It = 0 best over a box of pixels: kinema.flow.solve_local
// with the whole box as its window. null where fewer than `least` pixels are in it, or they cannot say.
export function fitTranslation(Ix, Iy, It, width, [left, right, top, bottom], least = 9) {
  let xx = 0, xy = 0, yy = 0, bx = 0, by = 0;
  if (!(right >= left && bottom >= top) || (right - left + 1) * (bottom - top + 1) < least) return null;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const k = y * width + x;
      xx += Ix[k] * Ix[k]; xy += Ix[k] * Iy[k]; yy += Iy[k] * Iy[k];
      bx -= Ix[k] * It[k]; by -= Iy[k] * It[k];
    }
  }
  const det = xx * yy - xy * xy;
  return det > 1e-12 * (xx + yy) ** 2 ? [(yy * bx - xy * by) / det, (xx * by - xy * bx) / det] : null;
}
