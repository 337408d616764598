// Blurring and halving frames: kinema.filters and kinema.flow.reduce_frame in JavaScript. Frames are flat arrays, row by
// row, or single rows of height 1. Each function fills the buffer it is given, or a fresh one.

const BINOMIAL = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];

// Samples of a Gaussian that sum to 1: kinema.filters.gaussian_taps.
export function gaussianTaps(sigma, radius = Math.ceil(3 * sigma)) {
  const taps = Array.from({ length: 2 * radius + 1 }, (_, k) => Math.exp(-0.5 * ((k - radius) / sigma) ** 2));
  const sum = taps.reduce((a, b) => a + b);
  return taps.map((t) => t / sum);
}

// Where a mirror at the border finds sample `i`; an axis of one sample has no other.
const mirrored = (i, size) => { const k = Math.abs(i); return size === 1 ? 0 : k < size ? k : 2 * (size - 1) - k; };

// Frame correlated with `taps` along rows, then columns, mirrored at the border: kinema.filters.gaussian_blur.
export function blurFrame(image, width, height, taps, out = new Float64Array(width * height), rows = new Float64Array(width * height)) {
  const r = (taps.length - 1) / 2;
  for (let y = 0; y < height; y++) {
    const at = y * width;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      if (x >= r && x < width - r) for (let k = -r; k <= r; k++) sum += taps[k + r] * image[at + x + k];
      else for (let k = -r; k <= r; k++) sum += taps[k + r] * image[at + mirrored(x + k, width)];
      rows[at + x] = sum;
    }
  }
  for (let y = 0; y < height; y++) {
    out.fill(0, y * width, (y + 1) * width);
    for (let k = -r; k <= r; k++) {
      const tap = taps[k + r], from = mirrored(y + k, height) * width, to = y * width;
      for (let x = 0; x < width; x++) out[to + x] += tap * rows[from + x];
    }
  }
  return out;
}

// Half the resolution: kinema.flow.pyramid.reduce_frame. Sides are rounded up.
export function reduceFrame(image, width, height, out = new Float64Array(((width + 1) >> 1) * ((height + 1) >> 1)), full, rows) {
  const w = (width + 1) >> 1, h = (height + 1) >> 1, smooth = blurFrame(image, width, height, BINOMIAL, full, rows);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) out[y * w + x] = smooth[2 * y * width + 2 * x];
  return out;
}
