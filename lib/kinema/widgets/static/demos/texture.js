// A texture known at every real position: kinema.data.texture, from the rows of texture_waves.

// The pattern at (x + u, y + v) for each pixel (x, y). Sines of sums are split into sums of products,
// so that only rows and columns need a cosine.
export function sampleTexture(waves, width, height, [u, v]) {
  const total = new Float64Array(width * height), scale = Math.sqrt(2 * waves.length);
  const columns = new Float64Array(2 * width);
  for (const [kx, ky, phase] of waves) {
    for (let x = 0; x < width; x++) {
      columns[2 * x] = Math.cos(kx * (x + u) + phase);
      columns[2 * x + 1] = Math.sin(kx * (x + u) + phase);
    }
    for (let y = 0; y < height; y++) {
      const c = Math.cos(ky * (y + v)), s = Math.sin(ky * (y + v));
      for (let x = 0; x < width; x++) total[y * width + x] += c * columns[2 * x] - s * columns[2 * x + 1];
    }
  }
  return total.map((sum) => 0.5 + 0.5 * Math.tanh(sum / scale));
}
