import { normals } from "./flow.js";
import { cholesky, conditional, filmCovariance } from "./gaussian.js";
import { addButton, addCanvas, addHandle, addSlider, el, openDemo, text } from "./kit.js";

const WIDTH = 600, HEIGHT = 350, SAMPLES = 5, MIDDLE = 186, UNIT = 42, LIMIT = 2.9;

// What a mask asks for: one of the four tasks, "nothing" if all is given, or "" for a task without a name.
export function taskOf(observed) {
  const given = observed.filter(Boolean).length, first = observed.indexOf(false), last = observed.lastIndexOf(false);
  if (given === observed.length) return "nothing";
  if (given === 0) return "unconditional";
  if (last - first + 1 !== observed.length - given) return "";                  // given frames between missing ones
  return first === 0 ? "past" : last === observed.length - 1 ? "future" : "interpolation";
}

// Mask of a task: kinema.diffusion.masks.task_mask.
export function maskOf(task, frames, given) {
  const front = { future: given, past: 0, interpolation: Math.ceil(given / 2), unconditional: 0 }[task];
  return Array.from({ length: frames }, (_, k) => k < front || k >= frames - (given - front));
}

// Standard deviation of each frame; 0 for those that are observed.
export function deviations(covariance, observed) {
  const { free, covariance: left } = conditional(covariance, observed, observed.map(() => 0)), found = observed.map(() => 0);
  free.forEach((k, f) => { found[k] = Math.sqrt(Math.max(left[f][f], 0)); });
  return found;
}

// The least that the widest deviation can be with `given` frames.
export function narrowest(covariance, given) {
  const frames = covariance.length;
  let best = Infinity;
  for (let bits = 0; bits < 1 << frames; bits++) {
    const observed = Array.from({ length: frames }, (_, k) => Boolean((bits >> k) & 1));
    if (observed.filter(Boolean).length === given) best = Math.min(best, Math.max(...deviations(covariance, observed)));
  }
  return best;
}

// Observed frames that no missing one depends on, once the other observed ones are known.
export function idleFrames(covariance, observed) {
  const nothing = observed.map(() => 0);
  return observed.map((_, k) => k).filter((k) => observed[k] && observed.includes(false)
    && conditional(covariance, observed, nothing.map((_, j) => Number(j === k))).mean.every((m) => Math.abs(m) < 1e-9));
}

function render({ model, el: root }) {
  const demo = openDemo({ model, el: root, title: "One model, four tasks", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const frames = model.get("observed").length;
  const open = () => model.get("prediction") !== "";
  const at = (k) => 46 + (k * (WIDTH - 76)) / (frames - 1), high = (v) => MIDDLE - v * UNIT;
  const answer = () => {
    const observed = model.get("observed"), values = model.get("values"), covariance = filmCovariance(frames, model.get("rho"));
    const known = conditional(covariance, observed, values), mean = values.slice(), deviation = new Array(frames).fill(0);
    known.free.forEach((k, f) => { mean[k] = known.mean[f]; deviation[k] = Math.sqrt(Math.max(known.covariance[f][f], 0)); });
    return { observed, values, covariance, mean, deviation, known };
  };
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "Eight frames: the given ones, and mean, band and samples of the others",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const { observed, mean, deviation, known } = answer();
      for (const v of [-2, 0, 2]) {
        context.strokeStyle = colors.rule; context.lineWidth = 1;
        context.beginPath(); context.moveTo(36, high(v)); context.lineTo(WIDTH, high(v)); context.stroke();
        text(context, `${v}`.replace("-", "−"), 8, high(v) + 5, colors.muted, { size: 12 });
      }
      const line = (heights, color, width, dash = []) => {
        context.strokeStyle = color; context.lineWidth = width; context.setLineDash(dash);
        context.beginPath();
        heights.forEach((v, k) => context.lineTo(at(k), high(v)));
        context.stroke();
        context.setLineDash([]);
      };
      context.fillStyle = colors.blue;
      context.globalAlpha = 0.2;
      context.beginPath();
      mean.forEach((m, k) => context.lineTo(at(k), high(m + 2 * deviation[k])));
      for (let k = frames - 1; k >= 0; k--) context.lineTo(at(k), high(mean[k] - 2 * deviation[k]));
      context.fill();
      context.globalAlpha = 1;
      const L = cholesky(known.covariance), noise = normals(SAMPLES * frames, model.get("seed"));
      for (let s = 0; s < SAMPLES; s++) {
        const film = mean.slice();
        known.free.forEach((k, f) => { film[k] += L[f].reduce((sum, l, g) => sum + l * noise[s * frames + g], 0); });
        context.globalAlpha = 0.75;
        line(film, colors.purple, 1.2, [6, 3]);
        context.globalAlpha = 1;
      }
      line(mean, colors.blue, 3);
      context.fillStyle = colors.blue;
      known.free.forEach((k) => { context.beginPath(); context.arc(at(k), high(mean[k]), 4, 0, 7); context.fill(); });
      observed.forEach((given, k) => {
        context.strokeStyle = context.fillStyle = given ? colors.orange : colors.muted;
        context.lineWidth = 1.5;
        if (given) context.fillRect(at(k) - 9, 30, 18, 18); else context.strokeRect(at(k) - 9, 30, 18, 18);
        text(context, `${k + 1}`, at(k), HEIGHT - 32, colors.muted, { align: "center", size: 12 });
      });
      text(context, "mask:", 8, 18, colors.ink, { bold: true });
      text(context, "■ given", 84, 18, colors.orange, { bold: true });
      text(context, "□ to be made", 204, 18, colors.muted, { bold: true });
      text(context, "mean, ± 2 deviations", 8, HEIGHT - 8, colors.blue, { bold: true });
      text(context, "- - five films", WIDTH - 8, HEIGHT - 8, colors.purple, { bold: true, align: "right" });
    },
  });
  const dots = Array.from({ length: frames }, (_, k) => addHandle(demo, view, {
    label: `Value of frame ${k + 1}`, step: UNIT / 10,
    place: () => [at(k), high(model.get("values")[k])],
    move: ([, y]) => {
      const values = model.get("values").slice();
      values[k] = Math.min(LIMIT, Math.max(-LIMIT, Math.round(((MIDDLE - y) / UNIT) * 10) / 10));
      set({ values });
    },
    describe: () => `value ${model.get("values")[k].toFixed(1)}`,
  }));
  const group = el("div", { class: "kd-choice", role: "group", "aria-label": "Given frames" }, el("span", {}, "Given frames"));
  demo.controls.append(group);
  const toggles = dots.map((_, k) => addButton(demo, `${k + 1}`, () => set({ observed: model.get("observed").map((o, j) => (j === k ? !o : o)) }), group));
  const presets = el("div", { class: "kd-choice", role: "group", "aria-label": "Task" }, el("span", {}, "Task"));
  demo.controls.append(presets);
  const TASKS = [["unconditional", 0, "from nothing"], ["future", 2, "the future"], ["past", 2, "the past"], ["interpolation", 2, "a gap"]];
  TASKS.forEach(([task, given, words]) => addButton(demo, words, () => set({ observed: maskOf(task, frames, given) }), presets));
  addSlider(demo, "rho", { label: "Memory ρ", min: 0, max: 0.95, step: 0.05, format: (v) => v.toFixed(2) });
  addButton(demo, "Five others", () => set({ seed: model.get("seed") + 1 }));
  const NAMES = {
    unconditional: "a film from nothing: unconditional generation", future: "prediction of the future", past: "prediction of the past",
    interpolation: "interpolation: both ends are given", nothing: "nothing: all frames are given", "": "a task without a name: given frames lie among those to be made",
  };
  const update = () => {
    const { observed, covariance, mean, deviation } = answer(), given = observed.filter(Boolean).length, rho = model.get("rho");
    observed.forEach((o, k) => {
      dots[k].show();
      dots[k].button.hidden = !o;
      toggles[k].setAttribute("aria-pressed", String(o));
      toggles[k].setAttribute("aria-label", `Frame ${k + 1}: ${o ? "given" : "to be made"}`);
    });
    view.redraw();
    const mask = observed.map((o) => (o ? "■" : "□")).join("");
    if (!open()) return say(`Mask ${mask}: ${given} of ${frames} frames given.`);
    const task = taskOf(observed), widest = deviation.indexOf(Math.max(...deviation)), idle = idleFrames(covariance, observed);
    set({ named: task, mean, deviation });
    const list = idle.map((k) => k + 1).join(", ");
    say(`Mask ${mask} asks for ${NAMES[task]}. ${task === "nothing" ? "" : `Widest at frame ${widest + 1}: ${mean[widest].toFixed(2).replace("-", "−")} ± ${(2 * deviation[widest]).toFixed(2)}. `}${idle.length ? `Given in vain: frame${idle.length > 1 ? "s" : ""} ${list}.` : ""}`);
    if (given === 2 && rho >= 0.5 && deviation[widest] < narrowest(covariance, 2) + 1e-9) achieve("pair");
    if (idle.length && rho > 0) achieve("idle");
    if (task === "future" && given === 1 && rho > 0 && deviation[frames - 1] >= 0.95) achieve("forget");
    if (given === 3 && task === "") achieve("nameless");
  };
  listen(["observed", "values", "rho", "seed", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
