import { derivatives } from "./flow.js";
import { addButton, addCanvas, addChoice, addSlider, arrow, drawPicture, openDemo, pictureOf, text } from "./kit.js";
import { sampleTexture } from "./texture.js";
import { fitTranslation, gaussianPyramid, landingBox, warp } from "./warping.js";

const WIDTH = 364, HEIGHT = 258, CHART = 206, WIDEST = 110, LEAST = 40, MOST = 20, SLOPE = -0.6, SURVIVES = 0.5;

// The iteration on one level from a first guess: warp I1 back, fit what is left, add. Returns the motion
// after each round, the guess first; it stays where the frames overlap too little to go on.
export function refine(I0, I1, width, height, guess, rounds) {
  const { Ix, Iy } = derivatives(I0, I0, width, height), least = 0.2 * width * height, motions = [guess];
  for (let k = 0; k < rounds; k++) {
    const d = motions[k], back = warp(I1, width, height, d);
    const fit = fitTranslation(Ix, Iy, back.map((b, i) => b - I0[i]), width, landingBox(width, height, d), least);
    motions.push(fit ? [d[0] + fit[0], d[1] + fit[1]] : d);
  }
  return motions;
}

// From the coarsest level to the finest: for each, the `guess` it starts from and the motion it `found`,
// in its own pixels. doubled: false forgets that a pixel of the finer level is half as wide.
export function coarseToFine(pyramid0, pyramid1, { rounds, doubled = true }) {
  const steps = [];
  for (let level = pyramid0.length - 1; level >= 0; level--) {
    const before = steps.length ? steps[steps.length - 1].found : [0, 0], guess = before.map((z) => (doubled ? 2 * z : z));
    const { field, width, height } = pyramid0[level];
    steps.push({ level, guess, found: refine(field, pyramid1[level].field, width, height, guess, rounds)[rounds] });
  }
  return steps;
}

// The largest of the motions, in rising order, up to which every error stays below the limit; null for none.
export function edgeOfBasin(motions, errors, limit) {
  const lost = errors.findIndex((e) => !(e < limit));
  return lost < 0 ? motions[motions.length - 1] : lost === 0 ? null : motions[lost - 1];
}

// ---- the demo ----

const MOTIONS = Array.from({ length: 2 * MOST + 1 }, (_, k) => k / 2);
const truthOf = (u) => [u, SLOPE * u || 0];
const offBy = ([u, v], [a, b]) => Math.hypot(u - a, v - b);

// Pyramids of the pair that moves by u, and the run on them; I1's pyramid is the same for all motions.
function work(model, u = model.get("motion"), kept = null) {
  const [height, width] = model.get("shape"), waves = model.get("waves"), levels = model.get("levels"), truth = truthOf(u);
  const pyramid = (shift) => gaussianPyramid(sampleTexture(waves, width, height, shift), width, height, levels, model.get("blurred"));
  const pyramid1 = kept || pyramid([0, 0]), pyramid0 = pyramid(truth);
  const steps = coarseToFine(pyramid0, pyramid1, { rounds: model.get("rounds"), doubled: model.get("doubled") });
  return { truth, levels, pyramid0, pyramid1, steps, error: offBy(steps[steps.length - 1].found, truth) };
}

// What the reader has walked through: stage 0 is before anything, then each level is solved, and between
// two levels the flow is carried up. Returns the level at work, and whether it is solved.
function placeOf(stage, levels) {
  const k = Math.min(stage, 2 * levels - 1);
  return { level: levels - 1 - Math.floor(k / 2), solved: k % 2 === 1, all: k === 2 * levels - 1 };
}

// Final error against true motion, one motion at a time so that the page stays awake.
function addBasin(demo, redraw) {
  const { model } = demo;
  let timer = 0, key = "", errors = [], pyramid1 = null;
  const go = () => {
    const run = work(model, MOTIONS[errors.length], pyramid1);
    pyramid1 = run.pyramid1;
    errors.push(run.error);
    timer = errors.length < MOTIONS.length ? setTimeout(go, 0) : 0;
    redraw();
  };
  demo.undo.push(() => clearTimeout(timer));
  return {
    errors: () => errors,
    start: () => {
      const now = JSON.stringify(["levels", "rounds", "doubled", "blurred"].map((name) => model.get(name)));
      if (now === key) return;
      clearTimeout(timer);
      [key, errors, pyramid1, timer] = [now, [], null, setTimeout(go, 0)];
    },
  };
}

const two = (z) => (Math.round(100 * z) / 100 + 0).toFixed(2);  // never -0.00
const asMotion = (d) => `(${d.map(two).join(", ")})`;

// Both pyramids, coarsest on top, and the estimate on its way down between them.
function drawPyramids(context, colors, now, place, doubled) {
  const { levels, pyramid0, pyramid1, steps } = now, gap = 8, scale = WIDEST / pyramid0[0].width;
  const rooms = pyramid0.map(({ height }) => Math.max(height * scale, LEAST));  // the text between needs some
  let top = 18 + (HEIGHT - 24 - rooms.reduce((sum, r) => sum + r + gap, -gap)) / 2;
  text(context, "pyramid of I0", WIDTH / 6, 12, colors.muted, { align: "center", size: 12 });
  text(context, "of I1, warped", (5 * WIDTH) / 6, 12, colors.muted, { align: "center", size: 12 });
  for (let level = levels - 1; level >= 0; level--) {
    const { field, width, height } = pyramid0[level], step = steps[levels - 1 - level], reached = level >= place.level;
    const solved = level > place.level || (level === place.level && place.solved), middle = top + rooms[level] / 2;
    const motion = solved ? step.found : reached ? step.guess : [0, 0];
    context.globalAlpha = reached ? 1 : 0.45;
    drawLevel(context, field, width, height, WIDTH / 6, middle, scale);
    drawLevel(context, warp(pyramid1[level].field, width, height, motion), width, height, (5 * WIDTH) / 6, middle, scale);
    context.globalAlpha = 1;
    drawEstimate(context, colors, { step, reached, solved, now: level === place.level, first: level === levels - 1, doubled }, middle);
    if (solved && level) arrow(context, WIDTH / 2, middle + 18, WIDTH / 2, middle + 29, colors.muted, 2);
    top += rooms[level] + gap;
  }
}

function drawLevel(context, field, width, height, x, y, scale) {
  const picture = pictureOf(Uint8ClampedArray.from(field, (b) => 255 * b), width, height);
  drawPicture(context, picture, x - (width * scale) / 2, y - (height * scale) / 2, width * scale, height * scale);
}

// Between the pyramids: what this level starts from, and what it finds.
function drawEstimate(context, colors, { step, reached, solved, now, first, doubled }, y) {
  const x = WIDTH / 2, color = now ? colors.orange : colors.ink, put = (words, dy, c) => text(context, words, x, y + dy, c, { align: "center", bold: true });
  if (!reached) return put(`level ${step.level}`, 4, colors.muted);
  put(first ? "start at 0" : `${doubled ? "× 2: " : ""}${asMotion(step.guess)}`, solved ? -4 : 4, colors.muted);
  if (solved) put(`found ${asMotion(step.found)}`, 13, color);
}

// Final error against the true motion; dotted, the motion of now.
function drawBasin(context, colors, errors, now) {
  const x0 = 44, px = (u) => x0 + (u / MOST) * (WIDTH - x0 - 14);
  const py = (e) => 16 + ((1.5 - Math.log10(Math.min(Math.max(e, 1e-3), 30))) / 4.5) * (CHART - 44);
  for (const e of [10, 1, 0.1, 0.01]) {
    context.strokeStyle = colors.rule; context.lineWidth = 1;
    context.beginPath(); context.moveTo(x0, py(e)); context.lineTo(WIDTH - 10, py(e)); context.stroke();
    text(context, String(e), x0 - 6, py(e) + 4, colors.muted, { align: "right", size: 12 });
  }
  for (let u = 0; u <= MOST; u += 5) text(context, String(u), px(u), CHART - 10, colors.muted, { align: "center", size: 12 });
  text(context, "final error, px, against the true u", x0 + 4, 12, colors.muted, { size: 12 });
  context.setLineDash([2, 4]); context.strokeStyle = colors.ink; context.lineWidth = 1.5;
  context.beginPath(); context.moveTo(px(now), 18); context.lineTo(px(now), CHART - 24); context.stroke();
  context.setLineDash([]);
  context.strokeStyle = colors.blue; context.lineWidth = 1.5;
  context.beginPath(); errors.forEach((e, k) => context.lineTo(px(MOTIONS[k]), py(e))); context.stroke();
  errors.forEach((e, k) => {
    context.fillStyle = e < SURVIVES ? colors.green : colors.orange;
    const size = e < SURVIVES ? 3 : 3.5;
    context.beginPath();
    if (e < SURVIVES) context.arc(px(MOTIONS[k]), py(e), size, 0, 7); else context.rect(px(MOTIONS[k]) - size, py(e) - size, 2 * size, 2 * size);
    context.fill();
  });
}

function addControls(demo) {
  const { model, set } = demo, last = () => 2 * model.get("levels") - 1;
  const next = addButton(demo, "", () => set({ stage: Math.min(model.get("stage") + 1, last()) }));
  addButton(demo, "To the end", () => set({ stage: last() }));
  addButton(demo, "Back to the start", () => set({ stage: 0 }));
  addSlider(demo, "motion", { label: "True motion u", min: 0, max: MOST, step: 0.5, format: (v) => `${v} px` });
  addSlider(demo, "levels", { label: "Levels", min: 1, max: 4, step: 1 });
  addSlider(demo, "rounds", { label: "Iterations per level", min: 1, max: 6, step: 1 });
  addChoice(demo, "doubled", { label: "Going down a level", options: [[true, "double the flow"], [false, "forget the × 2"]] });
  addChoice(demo, "blurred", { label: "Before dropping pixels", options: [[true, "blur"], [false, "forget the blur"]] });
  return next;
}

function judge(demo, now, place) {
  const { model, achieve } = demo, u = model.get("motion"), faithful = model.get("doubled") && model.get("blurred");
  if (!place.all) return;
  if (u === 10 && now.error < 0.1) achieve("ten");
  if (!model.get("doubled") && model.get("blurred") && now.error > 3 && undamaged(model)) achieve("damage");
  if (faithful && now.levels === 3 && u > 0 && now.error < SURVIVES && !model.get("done").includes("edge") && atEdge(model, now)) achieve("edge");
}

// Whether the next motion of the slider is lost and none before it is.
function atEdge(model, { pyramid1 }) {
  const u = model.get("motion"), errorAt = (m) => work(model, m, pyramid1).error;
  if (u < MOST && errorAt(u + 0.5) < SURVIVES) return false;  // the usual case, and quick
  const motions = MOTIONS.filter((m) => m <= u + 0.5);
  return edgeOfBasin(motions, motions.map(errorAt), SURVIVES) === u;
}

// Whether the same settings with the doubling come within 0.1 px: then the damage is the missing factor's.
function undamaged(model) {
  const twin = { get: (name) => (name === "doubled" ? true : model.get(name)) };
  return work(twin).error < 0.1;
}

function describe(now, place, rounds) {
  const step = now.steps[now.levels - 1 - place.level], first = place.level === now.levels - 1;
  const there = `True motion ${asMotion(now.truth)} px; at level ${place.level} that is ${asMotion(now.truth.map((z) => z / 2 ** place.level))}. `;
  if (!place.solved) return there + `It starts ${first ? "from nothing" : `from ${asMotion(step.guess)}, brought down from level ${place.level + 1}`}.`;
  const found = there + `After ${rounds} iteration${rounds > 1 ? "s" : ""} it finds ${asMotion(step.found)}. `;
  if (!place.all) return found;
  const us = now.steps.map(({ found: [u] }) => two(u)).join(", ");
  return found + `u from coarse to fine: ${us}. Off by ${now.error.toFixed(now.error < 0.1 ? 3 : 2)} px in the end.`;
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "From coarse to fine", about: model.get("about_text") });
  let now = work(model), place = placeOf(model.get("stage"), now.levels);
  const paper = (draw, tall) => (context, colors) => { context.fillStyle = colors.paper; context.fillRect(0, 0, WIDTH, tall); draw(context, colors); };
  const pyramids = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 560, label: "The pyramids of both frames, coarsest level on top, with the estimate of each level between them",
    draw: paper((context, colors) => drawPyramids(context, colors, now, place, model.get("doubled")), HEIGHT),
  });
  const chart = addCanvas(demo, {
    width: WIDTH, height: CHART, maxWidth: 560, label: "Final error against the true motion for these settings: dots survive, squares are lost",
    draw: paper((context, colors) => drawBasin(context, colors, basin.errors(), model.get("motion")), CHART),
  });
  for (const view of [pyramids, chart]) view.node.style.flex = "1 1 300px";
  const basin = addBasin(demo, chart.redraw);
  const next = addControls(demo);
  const update = () => {
    now = work(model);
    place = placeOf(model.get("stage"), now.levels);
    next.textContent = place.all ? "Done" : place.solved ? `Next: warp level ${place.level - 1}` : `Next: run level ${place.level}`;
    demo.set({ estimate: now.steps.map(({ found }) => [...found]), error: now.error });
    basin.start();
    judge(demo, now, place);
    demo.say(describe(now, place, model.get("rounds")));
    pyramids.redraw();
    chart.redraw();
  };
  demo.listen(["motion", "levels", "rounds", "doubled", "blurred", "stage", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
