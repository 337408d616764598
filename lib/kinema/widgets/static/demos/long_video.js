import { addCanvas, addChoice, addPlayer, addSlider, openDemo, text } from "./kit.js";

const WIDTH = 600, HEIGHT = 470, LEFT = 12, TOP = 40, TALL = 248, RATE = 3;

const range = (start, stop) => Array.from({ length: Math.max(0, stop - start) }, (_, k) => start + k);

// At most `count` frames from `start` to before `stop`, evenly spaced, with both ends; one alone is the last.
function evenly(start, stop, count) {
  const length = stop - start, n = Math.min(count, length);
  if (n < 2) return n === 1 ? [stop - 1] : [];
  return [start, ...range(1, n).map((k) => start + Math.floor((k * length - 1) / (n - 1)))];
}

// Up to `count` existing frames next to `frame`, to the right (1) or to the left (-1).
function nearest(there, frame, direction, count) {
  const found = [];
  for (let k = frame + direction; k >= 0 && k < there.length && found.length < count; k += direction) if (there[k]) found.push(k);
  return found;
}

function fromLeft(total, window, step, observed, far) {
  const stages = [];
  let done = observed;
  if (!done) {
    done = Math.min(window, total);
    stages.push({ generate: range(0, done), condition: [] });
  }
  const home = done, places = window - step, recent = far ? Math.max(places >> 1, 1) : places;
  while (done < total) {
    const near = Math.max(done - recent, 0), origin = Math.min(home, near);
    const old = far ? range(Math.max(origin - (places - (done - near)), 0), origin) : [];
    const end = Math.min(done + step, total);
    stages.push({ generate: range(done, end), condition: [...old, ...range(near, done)] });
    done = end;
  }
  return stages;
}

function byLevels(total, window, step, observed, levels) {
  const there = range(0, total).map((k) => k < observed), stages = [];
  if (observed === total) return stages;
  const add = (generate, condition) => {
    stages.push({ generate, condition });
    for (const k of generate) there[k] = true;
  };
  const first = evenly(observed, total, observed ? step : window), gap = (total - observed) / Math.max(first.length - 1, 1);
  add(first, evenly(0, observed, window - step));
  for (let level = 2; level <= levels; level++) {
    const spacing = Math.floor(level === levels ? 1 : Math.sqrt(gap));          // of three levels, the second
    let last = there.indexOf(false) - 1;
    for (;;) {
      const wanted = [];
      for (let k = there.indexOf(false, last + spacing); k >= 0 && wanted.length < step; k = there.indexOf(false, k + spacing)) wanted.push(k);
      if (!wanted.length) break;
      // As many of them as leave two places, or what the window has, to look before and after.
      const least = Math.min(2, window - step);
      let count = wanted.length, between, places;
      for (;; count--) {
        between = range(wanted[0], wanted[count - 1]).filter((k) => there[k]);
        places = count === wanted.length ? window - step : window - count;
        if (count === 1 || places - between.length >= least) break;
      }
      const generate = wanted.slice(0, count), left = places - between.length;
      const after = nearest(there, generate[count - 1], 1, Math.floor(left / 2));
      const before = nearest(there, generate[0], -1, left - after.length);
      add(generate, [...before.reverse(), ...between, ...after]);
      last = generate[count - 1];
    }
  }
  return stages;
}

// The calls of a plan, each { generate, condition }: kinema.diffusion.plans.
export function stagesOf(scheme, { total, window, step, observed }) {
  const [name, levels] = scheme.split("-");
  if (name === "hierarchy") return byLevels(total, window, step, observed, Number(levels));
  return fromLeft(total, window, step, observed, scheme === "long-range");
}

// How many times over each frame was made from made frames: kinema.diffusion.plans.depth.
export function depthOf(stages, total, chain) {
  const depth = new Array(total).fill(0), pick = chain === "longest" ? Math.max : Math.min;
  for (const { generate, condition } of stages) {
    const own = 1 + (condition.length ? pick(...condition.map((k) => depth[k])) : 0);
    for (const k of generate) depth[k] = own;
  }
  return depth;
}

// How far before its first new frame a call looks, at most.
export function reachOf(stages) {
  return Math.max(0, ...stages.filter((s) => s.condition.length).map((s) => s.generate[0] - s.condition[0]));
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "A long film, a short window", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const open = () => model.get("prediction") !== "";
  const compute = () => {
    const size = Object.fromEntries(["total", "window", "step", "observed"].map((n) => [n, model.get(n)]));
    size.step = Math.min(size.step, size.window - 1);
    const stages = stagesOf(model.get("scheme"), size), chain = model.get("chain");
    const plain = depthOf(stagesOf("autoregressive", size), size.total, chain), depth = depthOf(stages, size.total, chain);
    return { size, stages, depth, plain, drift: depth.map(Math.sqrt), reach: reachOf(stages) };
  };
  let now = compute(), count = -1, waited = 0, player = null, walked = model.get("stage");
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "Calls of the plan as rows over the film's frames, and the drift of each frame",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const { size, stages, drift, plain } = now, shown = Math.min(model.get("stage"), stages.length);
      const cell = (WIDTH - 2 * LEFT) / size.total, row = Math.min(16, TALL / stages.length), gap = cell > 5 ? 1 : 0.4;
      const square = (k, y, high, color) => { context.fillStyle = color; context.fillRect(LEFT + k * cell, y, Math.max(cell - gap, 1), high); };
      for (let k = 0; k < size.total; k++) square(k, TOP - 14, 10, k < size.observed ? colors.green : colors.rule);
      const made = new Set(range(0, size.observed));
      stages.slice(0, shown).forEach(({ generate, condition }, s) => {
        const y = TOP + s * row, high = Math.max(row - (row > 4 ? 2 : 0.3), 0.8);
        context.globalAlpha = 0.35;
        for (const k of made) square(k, y + high * 0.8, high * 0.2, colors.muted);
        context.globalAlpha = 1;
        for (const k of condition) square(k, y + high * 0.4, high * 0.6, k < size.observed ? colors.green : colors.blue);
        for (const k of generate) { square(k, y, high, colors.orange); made.add(k); }
      });
      if (shown && row > 3) {
        context.strokeStyle = colors.ink; context.lineWidth = 1.2;
        context.strokeRect(LEFT - 3, TOP + (shown - 1) * row - 1.5, WIDTH - 2 * LEFT + 6, row + 1);
      }
      context.fillStyle = colors.ink;
      context.fillRect(WIDTH - LEFT - 100 * Math.min(1, waited * RATE), 22, 100 * Math.min(1, waited * RATE), 2);   // until the next call
      text(context, "real", LEFT, 18, colors.green, { bold: true });
      text(context, "looked at", LEFT + 70, 18, colors.blue, { bold: true });
      text(context, "made", LEFT + 190, 18, colors.orange, { bold: true });
      text(context, `call ${shown} of ${stages.length}`, WIDTH - LEFT, 18, colors.ink, { bold: true, align: "right" });
      const base = HEIGHT - 34, top = Math.max(1, ...plain.map(Math.sqrt), ...drift), unit = 92 / top;
      text(context, `drift, up to ${Math.max(...drift).toFixed(2)}`, LEFT, base - 112, colors.purple, { bold: true });
      text(context, "- - of autoregression", WIDTH - LEFT, base - 112, colors.muted, { bold: true, align: "right" });
      drift.forEach((d, k) => { if (made.has(k)) square(k, base - Math.max(d * unit, 1), Math.max(d * unit, 1), colors.purple); });
      context.strokeStyle = colors.muted; context.lineWidth = 2; context.setLineDash([5, 4]);
      context.beginPath();
      plain.forEach((d, k) => { const y = base - Math.sqrt(d) * unit; context.lineTo(LEFT + k * cell, y); context.lineTo(LEFT + (k + 1) * cell, y); });
      context.stroke();
      context.setLineDash([]);
      text(context, "frame 1", LEFT, base + 22, colors.muted, { size: 12 });
      text(context, `frame ${size.total}`, WIDTH - LEFT, base + 22, colors.muted, { align: "right", size: 12 });
    },
  });
  const tick = (seconds) => {
    waited += seconds;
    if (waited < 1 / RATE - 1e-9) return view.redraw();
    waited = 0;
    walked = model.get("stage") < now.stages.length ? model.get("stage") + 1 : 1;
    set({ stage: walked });
    if (walked === now.stages.length) player.pause();
  };
  player = addPlayer(demo, tick, { stepSeconds: 1 / RATE });
  const calls = addSlider(demo, "stage", { label: "Call", min: 1, max: 96, step: 1 });
  addChoice(demo, "scheme", { label: "Plan", options: [["autoregressive", "autoregressive"], ["long-range", "long-range"], ["hierarchy-2", "hierarchy, 2 levels"], ["hierarchy-3", "3 levels"]] });
  addSlider(demo, "window", { label: "Window K", min: 2, max: 24, step: 1, format: (v) => `${v} frames` });
  const step = addSlider(demo, "step", { label: "Made in a call", min: 1, max: 23, step: 1 });
  addSlider(demo, "total", { label: "Film N", min: 16, max: 96, step: 4, format: (v) => `${v} frames` });
  addSlider(demo, "observed", { label: "Real at the start", min: 0, max: 12, step: 1 });
  addChoice(demo, "chain", { label: "Count calls back along", options: [["shortest", "the shortest chain"], ["longest", "the longest"]] });
  const update = () => {
    if (model.get("step") > model.get("window") - 1) { step.max = model.get("window") - 1; return set({ step: model.get("window") - 1 }); }
    step.max = model.get("window") - 1;
    step.value = model.get("step");
    now = compute();
    const { size, stages, depth, drift, plain, reach } = now, ended = count >= 0 && model.get("stage") >= count && count !== stages.length;
    count = stages.length;
    calls.max = Math.max(count, 1);
    if (model.get("stage") > Math.max(count, 1) || (ended && model.get("stage") !== count && count)) return set({ stage: Math.max(count, 1) });
    if (model.get("stage") !== walked) player.pause();
    walked = model.get("stage");
    calls.value = walked;
    view.redraw();
    const scheme = model.get("scheme"), worst = Math.max(...depth), layered = scheme.startsWith("hierarchy"), chain = model.get("chain");
    const { generate, condition } = stages[model.get("stage") - 1] || { generate: [], condition: [] };
    const list = (all) => (all.length === 0 ? "none" : all.length > 6 ? `${all.slice(0, 3).map((k) => k + 1).join(", ")} … ${all[all.length - 1] + 1}` : all.map((k) => k + 1).join(", "));
    if (!open()) return say(`Call ${model.get("stage")} of ${count} makes frames ${list(generate)}, looking at ${list(condition)}.`);
    set({ calls: count, drift, reach });
    say(`Call ${model.get("stage")} of ${count} makes frames ${list(generate)}, looking at ${list(condition)}. At most ${worst} call${worst === 1 ? "" : "s"} from a real frame along the ${chain} chain (drift ${Math.max(...drift).toFixed(2)}); the last frame: ${depth[size.total - 1]}. Looks back up to ${reach} frames.`);
    if (scheme === "autoregressive" && size.total >= 64 && size.observed === 4 && Math.max(...drift) <= 2) achieve("brief");
    if (!layered && size.window === 8 && size.observed === 4 && size.step === 6 && stages.every((s) => s.condition.some((k) => k < 4))) achieve("home");
    if (layered && chain === "longest" && worst >= Math.max(...plain)) achieve("wait");
    if (scheme !== "long-range" && size.total >= 64 && reach >= size.total / 2) achieve("far");
  };
  listen(["scheme", "total", "window", "step", "observed", "chain", "stage", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
