import { conditional, filmCovariance, solve } from "./gaussian.js";
import { addCanvas, addChoice, addHandle, addSlider, openDemo, text } from "./kit.js";
import { alphaBars } from "./schedules.js";

const WIDTH = 600, HEIGHT = 356, MIDDLE = 158, UNIT = 42, LIMIT = 2.5;

const times = (A, B) => A.map((row) => B[0].map((_, j) => row.reduce((sum, a, k) => sum + a * B[k][j], 0)));
const apply = (A, x) => A.map((row) => row.reduce((sum, a, k) => sum + a * x[k], 0));
const turned = (A) => A[0].map((_, j) => A.map((row) => row[j]));

// Mean and covariance of the frames to be made, after a walk down all steps by a perfect denoiser that is held to the
// observed frames by `method`: kinema.diffusion.given_frames. All is linear, so both follow from step to step.
export function heldTo(method, covariance, observed, values, kept, { strength, returns }) {
  const rest = conditional(covariance, observed, values), alone = method === "conditional";
  const C = alone ? rest.covariance : covariance, mu = alone ? rest.mean : C.map(() => 0), n = C.length;
  const given = alone ? mu.map(() => false) : observed, clean = given.map((o, k) => (o ? values[k] : 0));
  let mean = mu.map(() => 0), spread = C.map((row, i) => row.map((_, j) => Number(i === j)));
  for (let t = kept.length - 1; t > 0; t--) {
    const a = kept[t], before = kept[t - 1], ratio = a / before, root = Math.sqrt(a);
    // The estimate of x0 is slope x + offset; what a push by its own error at the given frames adds is linear too.
    let slope = solve(C.map((row, i) => row.map((c, j) => a * c + (i === j ? 1 - a : 0))), C.map((row) => row.map((c) => root * c)));
    let offset = mu.map((m, i) => m - root * slope[i].reduce((sum, g, k) => sum + g * mu[k], 0));
    if (method === "guidance") {
      const push = turned(slope).map((row) => row.map((g, k) => (given[k] ? strength * root * g : 0)));
      const back = times(push, slope), shift = apply(push, offset.map((o, k) => o - clean[k]));
      slope = slope.map((row, i) => row.map((g, j) => g - back[i][j]));
      offset = offset.map((o, i) => o - shift[i]);
    }
    const to = (Math.sqrt(before) * (1 - ratio)) / (1 - a), from = (Math.sqrt(ratio) * (1 - before)) / (1 - a);
    const step = slope.map((row, i) => row.map((g, j) => to * g + (i === j ? from : 0))), across = turned(step);
    for (let again = method === "resampling" && t > 1 ? returns : 1; again > 0; again--) {
      if (["replacement", "resampling", "paste"].includes(method)) {
        const noisy = method !== "paste";
        mean = mean.map((m, k) => (given[k] ? (noisy ? root : 1) * clean[k] : m));
        spread = spread.map((row, i) => row.map((s, j) => (given[i] || given[j] ? (i === j && noisy ? 1 - a : 0) : s)));
      }
      mean = apply(step, mean).map((m, k) => m + to * offset[k]);
      spread = times(times(step, spread), across);
      if (t > 1) for (let k = 0; k < n; k++) spread[k][k] += 1 - ratio;
      if (again > 1) {
        mean = mean.map((m) => Math.sqrt(ratio) * m);
        spread = spread.map((row, i) => row.map((s, j) => ratio * s + (i === j ? 1 - ratio : 0)));
      }
    }
  }
  if (alone) return { mean, covariance: spread };
  return { mean: rest.free.map((k) => mean[k]), covariance: rest.free.map((i) => rest.free.map((j) => spread[i][j])) };
}

// Largest difference of a mean, and of an entry of the covariance.
export function errorsOf(found, exact) {
  return {
    mean: Math.max(...found.mean.map((m, k) => Math.abs(m - exact.mean[k]))),
    covariance: Math.max(...found.covariance.flatMap((row, i) => row.map((s, j) => Math.abs(s - exact.covariance[i][j])))),
  };
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Holding a model to given frames", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const frames = model.get("frames"), kept = alphaBars("linear", model.get("steps"), model.get("betas"));
  const observed = Array.from({ length: frames }, (_, k) => k === 0 || k === frames - 1);
  const open = () => model.get("prediction") !== "";
  const at = (k) => 46 + (k * (WIDTH - 76)) / (frames - 1), high = (v) => MIDDLE - Math.min(3.3, Math.max(-3.3, v)) * UNIT;
  const compute = () => {
    const covariance = filmCovariance(frames, model.get("rho")), [first, last] = model.get("ends");
    const values = observed.map((_, k) => (k === 0 ? first : k === frames - 1 ? last : 0));
    const exact = conditional(covariance, observed, values);
    const found = heldTo(model.get("method"), covariance, observed, values, kept, { strength: model.get("strength"), returns: model.get("returns") });
    return { exact, found, errors: errorsOf(found, exact) };
  };
  let now = compute();
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "Eight frames with both ends given: the exact band between, and the method's",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      for (const v of [-2, 0, 2]) {
        context.strokeStyle = colors.rule; context.lineWidth = 1;
        context.beginPath(); context.moveTo(36, high(v)); context.lineTo(WIDTH, high(v)); context.stroke();
        text(context, `${v}`.replace("-", "−"), 8, high(v) + 5, colors.muted, { size: 12 });
      }
      const [first, last] = model.get("ends"), whole = (of) => [first, ...of, last];
      const band = ({ mean, covariance }, color, filled) => {
        const m = whole(mean), d = [0, ...covariance.map((row, k) => Math.sqrt(Math.max(row[k], 0))), 0];
        const outline = () => {
          context.beginPath();
          m.forEach((v, k) => context.lineTo(at(k), high(v + 2 * d[k])));
          for (let k = frames - 1; k >= 0; k--) context.lineTo(at(k), high(m[k] - 2 * d[k]));
          context.closePath();
        };
        context.fillStyle = context.strokeStyle = color;
        if (filled) { context.globalAlpha = 0.25; outline(); context.fill(); context.globalAlpha = 1; }
        else { context.lineWidth = 2.5; context.setLineDash([7, 4]); outline(); context.stroke(); context.setLineDash([]); }
        context.lineWidth = 2.5;
        context.beginPath(); m.forEach((v, k) => context.lineTo(at(k), high(v))); context.stroke();
        m.forEach((v, k) => { context.beginPath(); context.arc(at(k), high(v), 4, 0, 7); context.fill(); });
      };
      band(now.exact, colors.blue, true);
      if (open()) band(now.found, colors.orange, false);
      for (let k = 0; k < frames; k++) text(context, `${k + 1}`, at(k), HEIGHT - 52, colors.muted, { align: "center", size: 12 });
      text(context, "■ exact", 8, HEIGHT - 30, colors.blue, { bold: true });
      text(context, open() ? `- - ${NAMES[model.get("method")]}` : "- - the method's appears once you have guessed", 110, HEIGHT - 30, open() ? colors.orange : colors.muted, { bold: true });
      if (open()) text(context, `off by ${now.errors.mean.toFixed(3)} in a mean, ${now.errors.covariance.toFixed(3)} in the covariance`, 8, HEIGHT - 8, colors.ink, { bold: true });
    },
  });
  const NAMES = {
    conditional: "conditional model", replacement: "replacement", paste: "pasting clean frames",
    resampling: "replacement, resampled", guidance: "guidance", unconditional: "told nothing",
  };
  const dots = [0, 1].map((e) => addHandle(demo, view, {
    label: e ? "Last frame" : "First frame", step: UNIT / 10,
    place: () => [at(e ? frames - 1 : 0), high(model.get("ends")[e])],
    move: ([, y]) => {
      const ends = model.get("ends").slice();
      ends[e] = Math.min(LIMIT, Math.max(-LIMIT, Math.round(((MIDDLE - y) / UNIT) * 10) / 10));
      set({ ends });
    },
    describe: () => `value ${model.get("ends")[e].toFixed(1)}`,
  }));
  addChoice(demo, "method", { label: "Held by", options: Object.entries({ ...NAMES, paste: "paste", resampling: "resampling", unconditional: "nothing" }) });
  const strength = addSlider(demo, "strength", { label: "Push of guidance", min: 0, max: 14, step: 0.5, format: (v) => `× ${v}` });
  const returns = addSlider(demo, "returns", { label: "Each step walked", min: 1, max: 40, step: 1, format: (v) => (v === 1 ? "once" : `${v} times`) });
  addSlider(demo, "rho", { label: "Memory ρ", min: 0, max: 0.95, step: 0.05, format: (v) => v.toFixed(2) });
  const update = () => {
    now = compute();
    const method = model.get("method"), { exact, found, errors } = now, rho = model.get("rho");
    strength.disabled = method !== "guidance";
    returns.disabled = method !== "resampling";
    dots.forEach((dot) => dot.show());
    view.redraw();
    if (!open()) return say("The two ends are given; the band shows what is exact between them. The method's appears once you have guessed.");
    set({ mean_error: errors.mean, covariance_error: errors.covariance });
    const middle = (frames >> 1) - 1, right = exact.covariance[middle][middle], made = found.covariance[middle][middle];
    const shares = exact.covariance.map((row, k) => found.covariance[k][k] / row[k]);
    say(`${NAMES[method][0].toUpperCase()}${NAMES[method].slice(1)}: a mean is off by up to ${errors.mean.toFixed(3)}, the covariance by up to ${errors.covariance.toFixed(3)}. Variance of frame ${middle + 2}: ${made.toFixed(2)}, exact ${right.toFixed(2)}.`);
    if (method !== "conditional" && rho >= 0.9 && errors.mean < 0.015 && errors.covariance < 0.015) achieve("patient");
    if (method === "replacement" && errors.mean < 0.02 && errors.covariance < 0.02) achieve("harmless");
    if (Math.max(...shares) <= 0.9) achieve("narrow");
    if (found.covariance.some((row, k) => row[k] > 1)) achieve("burst");
  };
  listen(["method", "strength", "returns", "rho", "ends", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
