// Probabilities of raw scores, safe for large ones.
export function softmax(scores) {
  const top = scores.reduce((a, b) => Math.max(a, b), -Infinity), powers = scores.map((s) => Math.exp(s - top));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / total);
}
