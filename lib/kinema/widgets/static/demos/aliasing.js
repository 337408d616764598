import { reduceFrame } from "./filters.js";
import { addCanvas, addChoice, addPlayer, addSlider, arrow, openDemo, text } from "./kit.js";

const WHEEL = 190, SPOKES = 8, FRAMES_PER_SECOND = 8, STRIP = 420, LENGTH = 160, REACH = 20, ROW_TALL = 62, HEAD = 20, MOST = 5, SAFE = 1.25;

// Shortest motion that makes a repeating pattern look as it does after the true one, in
// (-period / 2, period / 2]: just half a period counts as positive. kinema.flow.nearest_match_shift.
export function nearestMatchShift(period, trueShift) {
  return trueShift - period * Math.ceil(trueShift / period - 0.5);
}

// How often to halve until the motion is at most `safe`; a pyramid has one level more than that.
// kinema.flow.halvings_needed.
export function halvingsNeeded(maxMotion, safe) {
  let halvings = 0;
  for (let motion = maxMotion; motion > safe; motion /= 2) halvings++;
  return halvings;
}

// What one blur by (1, 4, 6, 4, 1) / 16 leaves of a wave, frequency in cycles per pixel: kinema.flow.gain_of_blur.
export function gainOfBlur(frequency) {
  return Math.cos(Math.PI * frequency) ** 4;
}

// What is left at each level of stripes of this period, as a fraction of their contrast.
export function stripesLeft(period, levels) {
  const left = [1];
  for (let l = 1; l < levels; l++) left.push(left[l - 1] * gainOfBlur(2 ** (l - 1) / period));
  return left;
}

// A pattern of two scales: fine stripes of one period over hills that do not repeat in view.
export function twoScales(x, period) {
  const hills = 0.6 * Math.cos((2 * Math.PI * x) / 61 + 0.4) + 0.4 * Math.cos((2 * Math.PI * x) / 43 + 2.1);
  return 0.5 + 0.25 * Math.cos((2 * Math.PI * x) / period) + 0.15 * hills;
}

// Mean squared difference of two rows when the second is read `shift` samples further right;
// Infinity where less than half of them overlap.
export function shiftCost(I0, I1, shift) {
  const first = Math.max(0, -shift), last = Math.min(I0.length, I0.length - shift);
  if (last - first < I0.length / 2) return Infinity;
  let sum = 0;
  for (let x = first; x < last; x++) sum += (I1[x + shift] - I0[x]) ** 2;
  return sum / (last - first);
}

// Downhill from a start, one sample at a time, to the nearest shift that no neighbour beats.
// Of two equal ways down it takes the one to the right.
export function searchDownhill(I0, I1, start) {
  for (let shift = start; ; ) {
    const [left, here, right] = [-1, 0, 1].map((step) => shiftCost(I0, I1, shift + step));
    if (!(Math.min(left, right) < here)) return shift;
    shift += right <= left ? 1 : -1;
  }
}

// The same search on each level, coarsest first, each from twice the answer before it.
export function searchLevels(I0, I1, levels) {
  const rows = [[I0, I1]], steps = [];
  const half = (row) => reduceFrame(row, row.length, 1);
  while (rows.length < levels) rows.push(rows[rows.length - 1].map(half));
  for (let level = levels - 1, start = 0; level >= 0; level--) {
    const [a, b] = rows[level], found = searchDownhill(a, b, start);
    steps.push({ level, start, found });
    start = 2 * found;
  }
  return steps;
}

// ---- the demo ----

// The two-scale pattern before and after: I0(x) = I1(x + d).
function rowsOf(period, d) {
  const row = (shift) => Float64Array.from({ length: LENGTH }, (_, x) => twoScales(x + shift, period));
  return [row(d), row(0)];
}

function work(model) {
  const period = model.get("period"), d = model.get("shift"), levels = model.get("levels");
  const [I0, I1] = rowsOf(period, d), steps = searchLevels(I0, I1, levels);
  return { period, d, levels, I0, I1, steps, apparent: nearestMatchShift(period, d), found: steps[steps.length - 1].found };
}

const finds = (found, d) => Math.abs(found - d) <= 0.5;

function drawWheel(context, colors, { period, d, apparent }, frame, marked) {
  const c = WHEEL / 2, radius = c - 28, turn = (2 * Math.PI) / SPOKES;
  context.strokeStyle = colors.ink; context.lineWidth = 3;
  context.beginPath(); context.arc(c, c, radius, 0, 7); context.stroke();
  for (let k = 0; k < SPOKES; k++) {
    const angle = (k + ((frame * d) / period) % SPOKES) * turn - Math.PI / 2;
    context.strokeStyle = marked && k === 0 ? colors.green : colors.ink;
    context.lineWidth = marked && k === 0 ? 6 : 3;
    context.beginPath(); context.moveTo(c, c); context.lineTo(c + radius * Math.cos(angle), c + radius * Math.sin(angle)); context.stroke();
  }
  drawTurn(context, colors.green, c, radius + 9, (d / period) * turn);
  drawTurn(context, colors.orange, c, radius + 20, (apparent / period) * turn);
}

// An arc with a head from the top of the wheel, as far as it turns in one frame.
function drawTurn(context, color, c, radius, angle) {
  const from = -Math.PI / 2, to = from + Math.max(-5.5, Math.min(5.5, angle));
  context.strokeStyle = color; context.lineWidth = 3.5;
  context.beginPath(); context.arc(c, c, radius, from, to, angle < 0); context.stroke();
  const [x, y] = [c + radius * Math.cos(to), c + radius * Math.sin(to)], s = Math.sign(angle) * Math.min(7, radius * Math.abs(angle));
  arrow(context, x + s * Math.sin(to), y - s * Math.cos(to), x, y, color);
}

// Stripes before (above) and after (below), with the true arrow of one stripe and the nearest match.
function drawStrips(context, colors, { period, d, apparent }) {
  const scale = STRIP / 60, middle = STRIP / 2, tall = 44, tops = [26, 112];
  context.fillStyle = colors.paper;
  context.fillRect(0, 0, STRIP, WHEEL);
  tops.forEach((top, after) => {
    context.save();
    context.beginPath(); context.rect(0, top, STRIP, tall); context.clip();
    for (let k = -20; k <= 20; k++) {
      const x = middle + (k * period + (after ? d : 0) - period / 4) * scale;
      context.fillStyle = k === 0 ? colors.green : colors.muted;
      context.fillRect(x, top, (period / 2) * scale, tall);
    }
    context.restore();
  });
  text(context, "before", 8, 18, colors.muted);
  text(context, "after", 8, WHEEL - 16, colors.muted);
  arrow(context, middle, 84, middle + d * scale, 84, colors.green);
  arrow(context, middle, 98, middle + apparent * scale, 98, colors.orange);
  text(context, "true motion", STRIP - 8, 18, colors.green, { align: "right", bold: true });
  text(context, "nearest match", STRIP - 8, WHEEL - 16, colors.orange, { align: "right", bold: true });
}

// One row per level, coarsest on top: the two rows of brightness, and the valley that the search goes down.
function drawLevels(context, colors, now) {
  const used = now.steps.length, left = stripesLeft(now.period, MOST);
  let rows = [now.I0, now.I1];
  context.fillStyle = colors.paper;
  context.fillRect(0, 0, STRIP, HEAD + ROW_TALL * MOST);
  text(context, "brightness before and after", 6, 14, colors.muted, { size: 12 });
  text(context, "cost of every shift; dashed: the true one", STRIP - 6, 14, colors.muted, { align: "right", size: 12 });
  for (let level = 0; level < MOST; level++) {
    const top = HEAD + (MOST - 1 - level) * ROW_TALL, step = now.steps[used - 1 - level];
    context.globalAlpha = step ? 1 : 0.4;
    text(context, `level ${level}: ${now.d / 2 ** level} px, ${Math.round(100 * left[level])} % of the stripes left`, 6, top + 13, colors.ink, { bold: true });
    text(context, step ? `from ${step.start} to ${step.found}` : "not used", STRIP - 6, top + 13, step ? colors.orange : colors.muted, { align: "right", bold: true });
    drawRows(context, colors, rows, top + 18);
    drawValley(context, colors, rows, level, now.d, step, top + 18);
    rows = rows.map((row) => reduceFrame(row, row.length, 1));
  }
  context.globalAlpha = 1;
}

function drawRows(context, colors, rows, top) {
  const wide = STRIP / 2 - 20;
  rows.forEach((row, after) => {
    context.strokeStyle = after ? colors.orange : colors.ink;
    context.lineWidth = 1.4;
    context.beginPath();
    row.forEach((b, x) => context.lineTo(6 + (x / (row.length - 1)) * wide, top + 40 - 40 * b));
    context.stroke();
  });
}

// Cost of every shift, drawn in pixels of the finest level so that all valleys stand over each other.
function drawValley(context, colors, [I0, I1], level, d, step, top) {
  const size = 2 ** level, px = (shift) => STRIP * 0.75 + ((shift * size) / REACH) * (STRIP / 4 - 10), costs = [];
  for (let s = -Math.floor(REACH / size); s <= REACH / size; s++) costs.push([s, shiftCost(I0, I1, s)]);
  const seen = costs.filter(([, cost]) => Number.isFinite(cost)), most = Math.max(...seen.map(([, cost]) => cost), 1e-9);
  const py = (cost) => top + 38 - 34 * (cost / most), dot = (s, radius, color) => {
    context.fillStyle = color;
    context.beginPath(); context.arc(px(s), py(shiftCost(I0, I1, s)), radius, 0, 7); context.fill();
  };
  context.setLineDash([3, 3]); context.strokeStyle = colors.green; context.lineWidth = 1.5;
  context.beginPath(); context.moveTo(px(d / size), top); context.lineTo(px(d / size), top + 41); context.stroke();
  context.setLineDash([]); context.strokeStyle = colors.blue; context.lineWidth = 1.5;
  context.beginPath(); seen.forEach(([s, cost]) => context.lineTo(px(s), py(cost))); context.stroke();
  if (!step) return;
  for (const [s] of seen) if (s !== step.found && (s - step.start) * (s - step.found) <= 0) dot(s, 2.5, colors.orange);
  dot(step.found, 5, colors.orange);
}

function addControls(demo) {
  const side = (v) => (v === 0 ? "not at all" : `${Math.abs(v)} px ${v > 0 ? "right" : "left"}`);
  addSlider(demo, "period", { label: "Stripes every", min: 4, max: 24, step: 1, format: (v) => `${v} px` });
  addSlider(demo, "shift", { label: "They move", min: -14, max: 14, step: 0.5, format: side });
  addSlider(demo, "levels", { label: "Levels", min: 1, max: MOST, step: 1, format: (v) => `${v}, so ${v - 1} halving${v === 2 ? "" : "s"}` });
  addChoice(demo, "marked", { label: "Spokes", options: [[false, "all alike"], [true, "one marked"]] });
}

function judge(demo, { period, d, levels, I0, I1, apparent, found }, seen) {
  if (Math.abs(apparent - d) > 1e-9) demo.achieve("wrong");
  if (d !== 0 && Math.abs(apparent) < 1e-9) seen.add("still");
  if (apparent * d < 0 && Math.abs(apparent) > 0.05 * period) seen.add("backwards");
  if (seen.has("still") && seen.has("backwards")) demo.achieve("wheel");
  if (Math.abs(d) < 10 || levels < 2 || !finds(found, d)) return;
  if (!finds(searchLevels(I0, I1, levels - 1).pop().found, d)) demo.achieve("levels");
}

function describe({ period, d, levels, apparent, found }) {
  const side = (z) => (z === 0 ? "no motion" : `${Math.abs(z)} px ${z > 0 ? "right" : "left"}`), halvings = halvingsNeeded(Math.abs(d), SAFE);
  const wheel = Math.abs(apparent) < 1e-9 ? "stand still" : `turn ${apparent > 0 ? "clockwise" : "anticlockwise"}, ${Math.abs(apparent / period).toFixed(2)} of a gap a frame`;
  return `Stripes every ${period} px, true motion ${side(d)}; nearest match ${side(apparent)}${Math.abs(apparent - d) > 1e-9 ? ": the wrong stripe" : ""}. The wheel seems to ${wheel}. ` +
    `On stripes with hills the search with ${levels} level${levels > 1 ? "s" : ""} ends at ${side(found)}. ` +
    `To bring ${Math.abs(d)} px down to ${SAFE} px or less takes ${halvings} halving${halvings === 1 ? "" : "s"}, so ${halvings + 1} level${halvings ? "s" : ""}.`;
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "The wrong stripe", about: model.get("about_text") });
  const seen = new Set();
  let now = work(model), clock = 0;
  const wheel = addCanvas(demo, {
    width: WHEEL, height: WHEEL, label: "Wagon wheel, filmed; outer arrows show how far it turns in one frame and how far it seems to",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WHEEL, WHEEL);
      drawWheel(context, colors, now, Math.floor(clock * FRAMES_PER_SECOND + 1e-6), model.get("marked"));
    },
  });
  const strips = addCanvas(demo, {
    width: STRIP, height: WHEEL, maxWidth: 460, label: "Stripes before and after the motion; one arrow is true, one is the nearest match",
    draw: (context, colors) => drawStrips(context, colors, now),
  });
  const levels = addCanvas(demo, {
    width: STRIP, height: HEAD + ROW_TALL * MOST, maxWidth: 560, label: "Each level of the pyramid: brightness before and after, cost of every shift, and where the search ends",
    draw: (context, colors) => drawLevels(context, colors, now),
  });
  wheel.node.style.flex = "0 1 190px";
  strips.node.style.flex = "1 1 300px";
  levels.node.style.flex = "1 1 100%";  // on a line of its own
  addControls(demo);
  addPlayer(demo, (seconds) => { clock += seconds; wheel.redraw(); }, { stepSeconds: 1 / FRAMES_PER_SECOND });
  const update = () => {
    now = work(model);
    demo.set({ apparent: now.apparent, found: now.found });
    judge(demo, now, seen);
    demo.say(describe(now));
    for (const view of [wheel, strips, levels]) view.redraw();
  };
  demo.listen(["period", "shift", "levels", "marked", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
