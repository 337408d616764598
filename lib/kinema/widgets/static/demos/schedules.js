// How much of the data is left after t steps of noise: kinema.diffusion.schedules.

// Share of the data's variance left after each step, 0 to `steps`; `first` and `last` are the betas of the linear one.
export function alphaBars(schedule, steps, [first, last]) {
  const kept = [1], f = (k) => Math.cos(((k / steps + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  for (let t = 1; t <= steps; t++) {
    const beta = schedule === "linear" ? first + ((last - first) * (t - 1)) / (steps - 1) : Math.min(1 - f(t) / f(t - 1), 0.999);
    kept.push(kept[t - 1] * (1 - beta));
  }
  return kept;
}
