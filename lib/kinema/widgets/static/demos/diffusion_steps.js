import { normals } from "./flow.js";
import { addCanvas, addChoice, addHandle, addPlayer, addSlider, openDemo, text } from "./kit.js";
import { alphaBars } from "./schedules.js";

const WIDTH = 600, HEIGHT = 476, COUNT = 400, PATHS = 16, REACH = 3.3, RATE = 12, NEAR = 0.25;

// Density at x of the bumps, noised until the share `a` of their variance is left.
export function noisedDensity({ weights, means, deviations }, x, a) {
  return weights.reduce((sum, w, k) => {
    const spread = a * deviations[k] ** 2 + 1 - a;
    return sum + (w * Math.exp(-((x - Math.sqrt(a) * means[k]) ** 2) / (2 * spread))) / Math.sqrt(2 * Math.PI * spread);
  }, 0);
}

// The clean number to expect under x: each bump's guess, by how likely the bump is.
export function denoised({ weights, means, deviations }, x, a) {
  const root = Math.sqrt(a), scores = [], guesses = [];
  weights.forEach((w, k) => {
    const spread = a * deviations[k] ** 2 + 1 - a, off = x - root * means[k];
    scores.push(Math.log(w) - (off * off) / (2 * spread) - 0.5 * Math.log(spread));
    guesses.push(means[k] + ((root * deviations[k] ** 2) / spread) * off);
  });
  const top = Math.max(...scores), shares = scores.map((s) => Math.exp(s - top)), all = shares.reduce((a_, b) => a_ + b, 0);
  return shares.reduce((sum, s, k) => sum + (s / all) * guesses[k], 0);
}

// From step t to t - 1, towards the guess x0, with the standard normal number `noise`; "last" adds it at the last step too.
export function stepBack(x0, x, noise, t, kept, variance) {
  const now = kept[t], before = kept[t - 1], ratio = now / before;
  const mean = (Math.sqrt(before) * (1 - ratio) * x0 + Math.sqrt(ratio) * (1 - before) * x) / (1 - now);
  const spread = variance === "posterior" ? ((1 - before) * (1 - ratio)) / (1 - now) : 1 - ratio;
  return t > 1 || variance === "last" ? mean + Math.sqrt(spread) * noise : mean;
}

// The whole walk: places[t] and guesses[t] of all numbers, at every step down to 0.
export function walkBack(bumps, kept, variance, noise, count) {
  const last = kept.length - 1, places = new Array(last + 1), guesses = new Array(last + 1);
  places[last] = Float64Array.from(noise.slice(last * count, (last + 1) * count));
  for (let t = last; t > 0; t--) {
    guesses[t] = places[t].map((x) => denoised(bumps, x, kept[t]));
    places[t - 1] = places[t].map((x, k) => stepBack(guesses[t][k], x, noise[(t - 1) * count + k], t, kept, variance));
  }
  guesses[0] = places[0];
  return { places, guesses };
}

// How values lie about the nearest of `means`: root mean square distance, and the share within `near`.
export function aboutBumps(values, means, near) {
  let squares = 0, close = 0;
  for (const v of values) {
    const d = Math.min(...means.map((m) => Math.abs(v - m)));
    squares += d * d;
    close += d <= near;
  }
  return { width: Math.sqrt(squares / values.length), share: close / values.length };
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Out of noise, step by step", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const bumps = { weights: model.get("weights"), means: model.get("means"), deviations: model.get("deviations") };
  const steps = model.get("steps"), noise = normals((steps + 1) * COUNT, model.get("seed"));
  const open = () => model.get("prediction") !== "";
  const known = new Map();
  const walk = () => {
    const schedule = model.get("schedule"), variance = model.get("variance"), key = schedule + variance;
    if (!known.has(key)) {
      const kept = alphaBars(schedule, steps, model.get("betas")), way = walkBack(bumps, kept, variance, noise, COUNT);
      let decided = steps;
      while (decided > 0 && aboutBumps(way.guesses[decided], bumps.means, NEAR).share < 0.9) decided--;
      known.set(key, { kept, decided, ...way });
    }
    return known.get(key);
  };
  const at = (x) => WIDTH / 2 + (x / REACH) * (WIDTH / 2 - 14), back = (px) => ((px - WIDTH / 2) / (WIDTH / 2 - 14)) * REACH;
  const BASE = 176, ROW = 232, TOP = 262, BOTTOM = 440, STEP = 0.1;
  const high = (density) => Math.min(density, 1.55) * 94;
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "Histogram of 400 numbers at step t with the true density, one denoiser's guess, and the paths that led here",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const { kept, places, guesses } = walk(), t = Math.min(model.get("t"), steps), a = kept[t];
      const guessed = open() && model.get("show") === "guesses" && t > 0, values = guessed ? guesses[t] : places[t];
      const color = guessed ? colors.green : colors.orange, bins = new Map();
      for (const v of values) bins.set(Math.floor(v / STEP), (bins.get(Math.floor(v / STEP)) || 0) + 1);
      context.fillStyle = color;
      context.globalAlpha = 0.55;
      for (const [k, n] of bins) {
        const tall = high(n / (COUNT * STEP));
        context.fillRect(at(k * STEP) + 0.5, BASE - tall, at(STEP) - at(0) - 1, tall);
      }
      context.globalAlpha = 1;
      const curve = (share, stroke, dash) => {
        context.strokeStyle = stroke; context.lineWidth = 2; context.setLineDash(dash);
        context.beginPath();
        for (let px = 0; px <= WIDTH; px += 2) context.lineTo(px, BASE - high(noisedDensity(bumps, back(px), share)));
        context.stroke();
        context.setLineDash([]);
      };
      if (t > 0) curve(1, colors.muted, [3, 4]);
      curve(a, colors.blue, []);
      context.strokeStyle = colors.rule; context.lineWidth = 1;
      context.beginPath(); context.moveTo(0, BASE); context.lineTo(WIDTH, BASE); context.stroke();
      text(context, guessed ? `400 guesses from step ${t}` : `400 numbers at step ${t}`, 8, 18, color, { bold: true });
      text(context, t > 0 ? `true density at step ${t}` : "true density of the data", WIDTH - 8, 18, colors.blue, { bold: true, align: "right" });
      for (let v = -3; v <= 3; v++) text(context, `${v}`.replace("-", "−"), at(v), BASE + 17, colors.muted, { align: "center", size: 12 });
      const x = model.get("x"), guess = denoised(bumps, x, a);
      text(context, open() ? (t > 0 ? "the dot: x;  the diamond: its guess, E[x₀ | x]" : "t = 0: nothing to remove") : "the guess appears once you have made yours", 8, ROW - 19, colors.muted, { size: 12 });
      context.strokeStyle = colors.rule;
      context.beginPath(); context.moveTo(0, ROW); context.lineTo(WIDTH, ROW); context.stroke();
      if (open() && t > 0) {
        const gx = at(guess);
        context.strokeStyle = colors.green; context.lineWidth = 3;
        context.beginPath(); context.moveTo(at(x), ROW); context.lineTo(gx, ROW); context.stroke();
        context.fillStyle = colors.green;
        context.beginPath(); context.moveTo(gx, ROW - 9); context.lineTo(gx + 8, ROW); context.lineTo(gx, ROW + 9); context.lineTo(gx - 8, ROW); context.fill();
      }
      const row = (s) => TOP + ((steps - s) / steps) * (BOTTOM - TOP);
      context.lineWidth = 1.3;
      context.strokeStyle = colors.orange;
      context.globalAlpha = 0.7;
      for (let k = 0; k < PATHS; k++) {
        context.beginPath();
        for (let s = steps; s >= t; s--) context.lineTo(at(places[s][k]), row(s));
        context.stroke();
      }
      if (guessed) {
        context.strokeStyle = colors.green; context.setLineDash([4, 3]);
        for (let k = 0; k < PATHS; k++) {
          context.beginPath(); context.moveTo(at(places[t][k]), row(t)); context.lineTo(at(guesses[t][k]), BOTTOM); context.stroke();
        }
        context.setLineDash([]);
      }
      context.globalAlpha = 1;
      context.strokeStyle = colors.muted;
      context.beginPath(); context.moveTo(0, row(t)); context.lineTo(WIDTH, row(t)); context.stroke();
      context.fillStyle = colors.blue;
      for (const m of bumps.means) context.fillRect(at(m - 0.24), BOTTOM + 3, at(0.48) - at(0), 6);
      text(context, "the bumps of the data", 8, BOTTOM + 29, colors.blue, { bold: true });
    },
  });
  const dot = addHandle(demo, view, {
    label: "The noised number x", step: (0.05 * (WIDTH / 2 - 14)) / REACH,
    place: () => [at(model.get("x")), ROW],
    move: ([px]) => set({ x: Math.min(3, Math.max(-3, Math.round(back(px) * 20) / 20)) }),
    describe: () => `x ${model.get("x").toFixed(2)}`,
  });
  let waited = 0, player = null, walked = model.get("t");                         // the step that playing has come to
  const tick = (seconds) => {
    waited += seconds;
    if (waited < 1 / RATE - 1e-9) return;
    waited = 0;
    const t = model.get("t");
    walked = t > 0 ? t - 1 : steps;
    set({ t: walked });
    if (walked === 0) player.pause();
  };
  player = addPlayer(demo, tick, { stepSeconds: 1 / RATE });
  addSlider(demo, "t", { label: "Step t", min: 0, max: steps, step: 1, format: (v) => (v === 0 ? "0, clean" : v === steps ? `${v}, noise` : `${v}`) });
  addChoice(demo, "show", { label: "Show", options: [["particles", "the numbers"], ["guesses", "one guess for each"]] });
  addChoice(demo, "schedule", { label: "Schedule", options: [["linear", "linear"], ["cosine", "cosine"]] });
  addChoice(demo, "variance", { label: "Noise put back", options: [["posterior", "posterior"], ["beta", "beta"], ["last", "beta, at the last step too"]] });
  const update = () => {
    const { kept, places, guesses, decided } = walk(), t = Math.min(model.get("t"), steps), x = model.get("x");
    const guess = denoised(bumps, x, kept[t]), guessed = model.get("show") === "guesses";
    const { width } = aboutBumps(places[0], bumps.means, NEAR), { share } = aboutBumps(guesses[t], bumps.means, NEAR);
    if (t !== walked) player.pause();
    walked = t;
    dot.show();
    view.redraw();
    const schedule = model.get("schedule"), left = `Step ${t} of the ${schedule} schedule: ${(100 * kept[t]).toFixed(kept[t] < 0.1 ? 2 : 0)} % of the data's variance is left.`;
    if (!open()) return say(`${left} The guesses appear once you have made yours.`);
    set({ guess, width, on_bump: share });
    const truth = bumps.deviations[0], off = (100 * (width / truth - 1)).toFixed(0).replace("-", "−");
    say(t === 0
      ? `The walk down the ${schedule} schedule has ended. Its bumps have a standard deviation of ${width.toFixed(3)}, the data's ${truth.toFixed(3)}: ${width < truth ? "" : "+"}${off} %.`
      : `${left} For x = ${x.toFixed(2).replace("-", "−")} the denoiser says ${guess.toFixed(2).replace("-", "−")}. Of the 400 guesses from here, ${(100 * share).toFixed(0)} % lie on a bump.`);
    if (guessed && t === decided && t > 0 && !player.playing()) achieve("decided");
    if (t > 0 && t <= 10 && Math.min(...bumps.means.map((m) => Math.abs(guess - m))) > 0.4) achieve("torn");
    if (t === 0 && width > 1.2 * truth) achieve("wide");
    if (t === 0 && model.get("variance") === "last" && Math.abs(width / truth - 1) < 0.15) achieve("harmless");
  };
  listen(["t", "schedule", "variance", "show", "x", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
