// Films of one number per frame whose numbers are normal: kinema.diffusion.oracles.

// Frames i and j correlate by rho^|i - j|.
export function filmCovariance(frames, rho) {
  return Array.from({ length: frames }, (_, i) => Array.from({ length: frames }, (_, j) => rho ** Math.abs(i - j)));
}

// X with A X = B, for a positive definite A and the rows B.
export function solve(A, B) {
  const n = A.length, rows = A.map((row, k) => [...row, ...B[k]]);
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const f = rows[i][k] / rows[k][k];
      for (let j = k; j < rows[k].length; j++) rows[i][j] -= f * rows[k][j];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = n; j < rows[k].length; j++) {
      for (let i = k + 1; i < n; i++) rows[k][j] -= rows[k][i] * rows[i][j];
      rows[k][j] /= rows[k][k];
    }
  }
  return rows.map((row) => row.slice(n));
}

// Mean and covariance of the frames that are not observed (zero mean before), and which those are.
export function conditional(covariance, observed, values) {
  const all = observed.map((_, k) => k), seen = all.filter((k) => observed[k]), free = all.filter((k) => !observed[k]);
  const part = (a, b) => a.map((i) => b.map((j) => covariance[i][j]));
  if (!seen.length) return { free, mean: free.map(() => 0), covariance: part(free, free) };
  const gain = solve(part(seen, seen), part(seen, free));                       // seen x free
  const mean = free.map((_, f) => seen.reduce((sum, k, s) => sum + gain[s][f] * values[k], 0));
  const left = free.map((i, f) => free.map((j, g) => covariance[i][j] - seen.reduce((sum, k, s) => sum + gain[s][f] * covariance[k][j], 0)));
  return { free, mean, covariance: left };
}

// Lower triangular factor L with L Lᵀ = A; directions without variance stay at 0.
export function cholesky(A) {
  const n = A.length, L = A.map(() => new Array(n).fill(0));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = A[i][j];
      for (let k = 0; k < j; k++) sum -= L[i][k] * L[j][k];
      L[i][j] = i === j ? Math.sqrt(Math.max(sum, 0)) : L[j][j] > 0 ? sum / L[j][j] : 0;
    }
  }
  return L;
}
