// The arithmetic of the demos: kinema.flow in JavaScript, for frames as flat arrays, row by row.
// A test runs each function beside its Python twin on the same random numbers.

// Central differences, one-sided at the border: kinema.flow.derivatives(kernel="central").
export function derivatives(I0, I1, width, height, gradientOf = "I1") {
  const n = width * height, Ix = new Float64Array(n), Iy = new Float64Array(n), It = new Float64Array(n);
  const at = (k) => (gradientOf === "I0" ? I0[k] : gradientOf === "mean" ? (I0[k] + I1[k]) / 2 : I1[k]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const k = y * width + x;
      const left = Math.max(x - 1, 0), right = Math.min(x + 1, width - 1);
      const up = Math.max(y - 1, 0), down = Math.min(y + 1, height - 1);
      Ix[k] = (at(y * width + right) - at(y * width + left)) / (right - left);
      Iy[k] = (at(down * width + x) - at(up * width + x)) / (down - up);
      It[k] = I1[k] - I0[k];
    }
  }
  return { Ix, Iy, It };
}

// Shortest motion that explains one pixel: kinema.flow.normal_flow.
export function normalFlow(Ix, Iy, It) {
  const squared = Ix * Ix + Iy * Iy;
  return squared === 0 ? [0, 0] : [(-It * Ix) / squared, (-It * Iy) / squared];
}

// Eigenvalues of [[Jxx, Jxy], [Jxy, Jyy]], larger first: kinema.flow.eigenvalues.
export function eigenvalues(Jxx, Jxy, Jyy) {
  const half = (Jxx + Jyy) / 2, radius = Math.hypot((Jxx - Jyy) / 2, Jxy);
  return [half + radius, Math.max(half - radius, 0)];
}

// Angle of the eigenvector of the larger eigenvalue: kinema.flow.principal_direction.
export function principalAngle(Jxx, Jxy, Jyy) {
  return Math.atan2(2 * Jxy, Jxx - Jyy) / 2;
}

// The five sums of a set of equations Ix u + Iy v + It = 0.
export function fiveSums(equations) {
  const s = { Jxx: 0, Jxy: 0, Jyy: 0, bx: 0, by: 0, n: equations.length };
  for (const [Ix, Iy, It] of equations) {
    s.Jxx += Ix * Ix; s.Jxy += Ix * Iy; s.Jyy += Iy * Iy;
    s.bx -= Ix * It; s.by -= Iy * It;
  }
  return s;
}

// Least-squares motion of the equations with its covariance: kinema.flow.solve_local.
// null where no single motion is singled out.
export function solveLocal(equations) {
  const s = fiveSums(equations), [l1, l2] = eigenvalues(s.Jxx, s.Jxy, s.Jyy);
  if (!(l2 > 0) || l1 > 1e12 * l2) return null;
  const det = l1 * l2;
  const u = (s.Jyy * s.bx - s.Jxy * s.by) / det, v = (s.Jxx * s.by - s.Jxy * s.bx) / det;
  let squares = 0;
  for (const [Ix, Iy, It] of equations) squares += (Ix * u + Iy * v + It) ** 2;
  const variance = equations.length > 2 ? squares / (equations.length - 2) : 0, scale = variance / det;
  return { flow: [u, v], covariance: [s.Jyy * scale, -s.Jxy * scale, s.Jxx * scale], residual: Math.sqrt(variance) };
}

// Equations of the window centred at (x, y), those inside the frame: kinema.flow.local_system.
export function windowEquations({ Ix, Iy, It }, width, height, x, y, window) {
  const r = (window - 1) / 2, rows = [];
  for (let b = Math.max(y - r, 0); b <= Math.min(y + r, height - 1); b++) {
    for (let a = Math.max(x - r, 0); a <= Math.min(x + r, width - 1); a++) {
      const k = b * width + a;
      rows.push([Ix[k], Iy[k], It[k]]);
    }
  }
  return rows;
}

// Flat, edge or corner: kinema.flow.classify.
export function classify(l1, l2, threshold, maxCondition = 10) {
  if (l1 < threshold) return "flat";
  return l2 >= threshold && l1 <= maxCondition * l2 ? "corner" : "edge";
}

// Mean squared difference of two patches for every motion within the radius: kinema.flow.match_pixel.
// Row v + radius, column u + radius; Infinity where the patch leaves the frame. Frames hold
// `channels` numbers per pixel.
export function matchCosts(I0, I1, width, height, channels, x, y, radius, patch) {
  const half = (patch - 1) / 2, side = 2 * radius + 1, costs = new Float64Array(side * side).fill(Infinity);
  for (let v = -radius; v <= radius; v++) {
    for (let u = -radius; u <= radius; u++) {
      const cx = x + u, cy = y + v;
      if (cx < half || cy < half || cx >= width - half || cy >= height - half) continue;
      let sum = 0;
      for (let b = -half; b <= half; b++) {
        for (let a = -half; a <= half; a++) {
          const i = ((y + b) * width + x + a) * channels, j = ((cy + b) * width + cx + a) * channels;
          for (let c = 0; c < channels; c++) sum += (I0[i + c] - I1[j + c]) ** 2;
        }
      }
      costs[(v + radius) * side + u + radius] = sum / (patch * patch * channels);
    }
  }
  return costs;
}

// Value of a field between its pixels, clamped at the border: kinema.sampling.sample_bilinear.
export function bilinear(field, width, height, x, y) {
  x = Math.min(Math.max(x, 0), width - 1);
  y = Math.min(Math.max(y, 0), height - 1);
  const x0 = Math.min(Math.floor(x), width - 2), y0 = Math.min(Math.floor(y), height - 2);
  const fx = x - x0, fy = y - y0, k = y0 * width + x0;
  return (1 - fy) * ((1 - fx) * field[k] + fx * field[k + 1]) + fy * ((1 - fx) * field[k + width] + fx * field[k + width + 1]);
}

// Path of a point through the fields: each step adds the flow found where it now is.
export function followPoint(flows, width, height, [x, y]) {
  const path = [[x, y]];
  for (const { u, v } of flows) {
    [x, y] = [x + bilinear(u, width, height, x, y), y + bilinear(v, width, height, x, y)];
    path.push([x, y]);
  }
  return path;
}

// Numbers that repeat: `count` nearly normal deviates, each the sum of twelve uniform ones less 6,
// from the generator state <- 48271 state mod (2^31 - 1). Every product is exact in a double.
export function normals(count, seed) {
  const numbers = new Float64Array(count);
  let state = seed;
  for (let k = 0; k < count; k++) {
    let sum = -6;
    for (let j = 0; j < 12; j++) { state = (48271 * state) % 2147483647; sum += state / 2147483647; }
    numbers[k] = sum;
  }
  return numbers;
}

// Sums of a field over the window around each pixel, those inside the frame:
// kinema.filters.window_sum with box weights.
export function windowSums(field, width, height, window) {
  const r = (window - 1) / 2, across = new Float64Array(width * height), sums = new Float64Array(width * height);
  const running = new Float64Array(Math.max(width, height) + 1);
  const pass = (from, to, start, step, count) => {
    for (let k = 0; k < count; k++) running[k + 1] = running[k] + from[start + k * step];
    for (let k = 0; k < count; k++) to[start + k * step] = running[Math.min(k + r + 1, count)] - running[Math.max(k - r, 0)];
  };
  for (let y = 0; y < height; y++) pass(field, across, y * width, 1, width);
  for (let x = 0; x < width; x++) pass(across, sums, x, width, height);
  return sums;
}

// Flow at every pixel, NaN where the window cannot be solved, with the condition of its matrix:
// kinema.flow.lucas_kanade(gradient_of="mean").
export function denseFlow(I0, I1, width, height, window, minEigenvalue = 1e-5) {
  const { Ix, Iy, It } = derivatives(I0, I1, width, height, "mean"), n = width * height;
  const sum = (a, b) => windowSums(a.map((z, k) => z * b[k]), width, height, window);
  const Jxx = sum(Ix, Ix), Jxy = sum(Ix, Iy), Jyy = sum(Iy, Iy), Jxt = sum(Ix, It), Jyt = sum(Iy, It);
  const u = new Float64Array(n).fill(NaN), v = new Float64Array(n).fill(NaN), condition = new Float64Array(n).fill(Infinity);
  for (let k = 0; k < n; k++) {
    const [l1, l2] = eigenvalues(Jxx[k], Jxy[k], Jyy[k]);
    if (l2 > 0) condition[k] = l1 / l2;
    if (!(l2 > 0) || l2 < minEigenvalue * window * window) continue;
    const det = Jxx[k] * Jyy[k] - Jxy[k] * Jxy[k];
    u[k] = (Jxy[k] * Jyt[k] - Jyy[k] * Jxt[k]) / det;
    v[k] = (Jxy[k] * Jxt[k] - Jxx[k] * Jyt[k]) / det;
  }
  return { u, v, condition };
}
