import { derivatives } from "./flow.js";
import { addButton, addCanvas, addChoice, addSlider, drawPicture, openDemo, pictureOf, text } from "./kit.js";
import { sampleTexture } from "./texture.js";
import { fitTranslation, gaussianBlur, landingBox, warp } from "./warping.js";

const WIDTH = 364, HEIGHT = 210, MARGIN = 13, ROW = 48, PIXEL = 20, MOST = 12;

// Brightness along the row of the one-dimensional picture.
export function hills(x) {
  return 0.5 + 0.28 * Math.sin((2 * Math.PI * (x - 3)) / 30) + 0.14 * Math.sin((2 * Math.PI * x) / 17 + 1.2);
}

// A row of hills that moves right by d: I0 and I1, two equal rows high so that it is a frame too.
// Blurred with a margin around, which is cut off again.
export function rowPair(d, sigma) {
  const wide = ROW + 2 * MARGIN;
  const row = (shift) => {
    const samples = Float64Array.from({ length: wide }, (_, k) => hills(k - MARGIN - shift));
    const cut = gaussianBlur(samples, wide, 1, sigma).slice(MARGIN, MARGIN + ROW);
    return Float64Array.from([...cut, ...cut]);
  };
  return { I0: row(0), I1: row(d), width: ROW, height: 2 };
}

// A piece of texture that moves by (u, v): I0(x) = I1(x + flow), exactly. Blurred with a margin as well.
export function texturePair(waves, width, height, [u, v], sigma) {
  const wide = width + 2 * MARGIN, tall = height + 2 * MARGIN;
  const frame = (shift) => {
    const smooth = gaussianBlur(sampleTexture(waves, wide, tall, shift.map((z) => z - MARGIN)), wide, tall, sigma);
    const cut = new Float64Array(width * height);
    for (let y = 0; y < height; y++) cut.set(smooth.subarray((y + MARGIN) * wide + MARGIN).subarray(0, width), y * width);
    return cut;
  };
  return { I0: frame([u, v]), I1: frame([0, 0]), width, height };
}

// Estimate, warp, repeat: what each step sees. Entry k holds the motion `d` that the image was warped by,
// the warped `image`, the pixels that `landed` in it and the `step` that they ask for (null: nothing to go by).
// moved: "I1" pulled back along d; "I0" pushed along -d; "I0 along d", the slip. keep: "add" the steps;
// "rewarp" what is warped already; "overwrite" the motion. pixel: solve at that pixel of a row alone.
export function iterate({ I0, I1, width, height }, { moved, keep, interpolation, pixel = null }, count) {
  const [fixed, source] = moved === "I1" ? [I0, I1] : [I1, I0];
  const { Ix, Iy } = derivatives(fixed, fixed, width, height);  // of the image that stays: needed once only
  const along = moved === "I0" ? -1 : 1, back = moved === "I1" ? 1 : -1, history = [];
  let d = [0, 0], image = source;
  for (let k = 0; k <= count; k++) {
    const by = d.map((z) => along * z), landed = landingBox(width, height, by);
    image = warp(keep === "rewarp" ? image : source, width, height, by, interpolation);
    const It = image.map((b, i) => b - fixed[i]);
    const fit = pixel === null ? fitTranslation(Ix, Iy, It, width, landed, 200) : fitPixel(Ix[pixel], It[pixel], pixel, landed);
    history.push({ d, image, landed, step: fit && fit.map((z) => back * z) });
    if (!fit) break;
    d = fit.map((z, i) => (keep === "overwrite" ? 0 : d[i]) + back * z);
  }
  return history;
}

// The flow equation of one pixel of a row; null without slope, or where the image does not reach.
export function fitPixel(Ix, It, x, [left, right]) {
  return Ix === 0 || x < left || x > right ? null : [-It / Ix, 0];
}

// Root mean square of what the warped image leaves over, where it landed.
export function leftOver(image, fixed, width, [left, right, top, bottom]) {
  let sum = 0;
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) sum += (image[y * width + x] - fixed[y * width + x]) ** 2;
  return Math.sqrt(sum / Math.max((right - left + 1) * (bottom - top + 1), 1));
}

// ---- the demo ----

const MISTAKES = new Set(["I0 along d", "rewarp", "overwrite"]);

// Settings of the model, the pair they make and the run on it.
function run(model, change = {}) {
  const get = (name) => (name in change ? change[name] : model.get(name));
  const row = get("view") === "row", m = get("motion"), truth = row ? [m, 0] : [0.8 * m, -0.6 * m];
  const [height, width] = get("shape");
  const pair = row ? rowPair(m, get("blur")) : texturePair(get("waves"), width, height, truth, get("blur"));
  const settings = { moved: get("moved"), keep: get("keep"), interpolation: get("interpolation"), pixel: row ? PIXEL : null };
  const history = iterate(pair, settings, get("steps"));
  const errors = history.map(({ d }) => Math.hypot(d[0] - truth[0], d[1] - truth[1]));
  return { row, truth, pair, history, errors, last: history[history.length - 1], fixed: get("moved") === "I1" ? pair.I0 : pair.I1 };
}

// The names of the image that stays and of the one that is warped, as the reader chose.
function names(model) {
  return { I1: ["I0", "I1 warped"], I0: ["I1", "I0 warped"], "I0 along d": ["I1", "I0 warped"] }[model.get("moved")];
}

function drawRow(context, colors, { fixed, pair, last }, [stays, moves]) {
  const px = (x) => ((x + 0.5) / ROW) * WIDTH, py = (b) => HEIGHT - 14 - b * (HEIGHT - 50);
  const source = fixed === pair.I0 ? pair.I1 : pair.I0;
  const curve = (values, color, dash, width) => {
    context.strokeStyle = color; context.lineWidth = width; context.setLineDash(dash);
    context.beginPath();
    for (let x = 0; x < ROW; x++) context.lineTo(px(x), py(values[x]));
    context.stroke(); context.setLineDash([]);
  };
  curve(source, colors.muted, [3, 4], 1.5);
  curve(fixed, colors.ink, [], 2.5);
  curve(last.image, colors.orange, [8, 4], 2.5);
  if (last.step) drawStep(context, colors, fixed[PIXEL], last.image[PIXEL], (fixed[PIXEL + 1] - fixed[PIXEL - 1]) / 2, px, py);
  text(context, `${stays}, stays`, 8, 16, colors.ink, { bold: true });
  text(context, `- - ${moves} by d`, 94, 16, colors.orange, { bold: true });
  text(context, "··· not warped", 236, 16, colors.muted);
}

// At the chosen pixel: the change of brightness, and how far along the tangent makes up for it.
function drawStep(context, colors, b, seen, slope, px, py) {
  const line = (x0, b0, x1, b1, color, width) => {
    context.strokeStyle = color; context.lineWidth = width;
    context.beginPath(); context.moveTo(px(x0), py(b0)); context.lineTo(px(x1), py(b1)); context.stroke();
  };
  const reach = slope === 0 ? PIXEL : Math.max(-1, Math.min(ROW, PIXEL + (seen - b) / slope));
  line(PIXEL - 6, b - 6 * slope, PIXEL + 6, b + 6 * slope, colors.blue, 2);
  line(PIXEL, b, PIXEL, seen, colors.purple, 3);
  line(PIXEL, seen, reach, seen, colors.green, 4);
  context.fillStyle = colors.blue;
  context.beginPath(); context.arc(px(PIXEL), py(b), 4, 0, 7); context.fill();
  if (Math.abs(reach - PIXEL) > 0.4) text(context, "next step", (px(PIXEL) + px(reach)) / 2, py(seen) + (seen > b ? -8 : 17), colors.green, { align: "center", bold: true });
}

// Left the two images, right twice their difference on mid-gray.
function drawFrames(context, colors, { fixed, pair: { width, height }, last }, [stays, moves]) {
  const [left, right, top, bottom] = last.landed, small = 116, large = WIDTH - small - 10;
  const inside = (k) => k % width >= left && k % width <= right && k >= top * width && k < (bottom + 1) * width;
  const show = (value, x, y, wide, words) => {
    const picture = pictureOf(Uint8ClampedArray.from(fixed, (_, i) => 255 * value(i)), width, height), tall = (wide * height) / width;
    drawPicture(context, picture, x, y, wide, tall);
    text(context, words, x + wide / 2, y + tall + 13, colors.ink, { align: "center" });
  };
  show((i) => fixed[i], 0, 0, small, `${stays}, stays`);
  show((i) => (inside(i) ? last.image[i] : 0), 0, 104, small, `${moves} by d`);
  show((i) => (inside(i) ? 0.5 + 2 * (last.image[i] - fixed[i]) : 0.5), small + 10, 6, large, "what is left between them, × 2");
}

// Error of each step on a logarithmic scale; `before` is the run before the last change of a setting.
function drawErrors(context, colors, errors, before) {
  const x0 = 44, px = (k) => x0 + (k / MOST) * (WIDTH - x0 - 12);
  const py = (e) => 14 + ((1.5 - Math.log10(Math.min(Math.max(e, 1e-4), 30))) / 5.5) * (HEIGHT - 40);
  for (const e of [10, 1, 0.1, 0.01, 0.001]) {
    context.strokeStyle = e === 0.01 ? colors.green : colors.rule; context.lineWidth = 1;
    context.beginPath(); context.moveTo(x0, py(e)); context.lineTo(WIDTH - 8, py(e)); context.stroke();
    text(context, String(e), x0 - 6, py(e) + 4, colors.muted, { align: "right", size: 12 });
  }
  for (let k = 0; k <= MOST; k += 2) text(context, String(k), px(k), HEIGHT - 8, colors.muted, { align: "center", size: 12 });
  text(context, "error, px", x0 + 4, 11, colors.muted, { size: 12 });
  text(context, "steps", WIDTH - 8, HEIGHT - 22, colors.muted, { align: "right", size: 12 });
  const trace = (values, color, radius) => {
    context.strokeStyle = context.fillStyle = color; context.lineWidth = 2;
    context.beginPath(); values.forEach((e, k) => context.lineTo(px(k), py(e))); context.stroke();
    values.forEach((e, k) => { context.beginPath(); context.arc(px(k), py(e), radius, 0, 7); context.fill(); });
  };
  if (before) trace(before, colors.rule, 3);
  trace(errors, colors.orange, 4);
}

function addControls(demo) {
  const { model, set } = demo;
  addChoice(demo, "view", { label: "Look at", options: [["row", "one pixel of a row"], ["frames", "two frames"]] });
  addButton(demo, "Next step", () => set({ steps: Math.min(model.get("steps") + 1, MOST) }));
  addButton(demo, "Back to the start", () => set({ steps: 0 }));
  addSlider(demo, "steps", { label: "Steps", min: 0, max: MOST, step: 1 });
  addSlider(demo, "motion", { label: "True motion", min: 0.5, max: 7, step: 0.5, format: (v) => `${v} px` });
  addSlider(demo, "blur", { label: "Blur first", min: 0, max: 4, step: 0.5, format: (v) => (v ? `σ = ${v} px` : "not at all") });
  addChoice(demo, "moved", { label: "Warp", options: [["I1", "I1 along d"], ["I0", "I0 along −d"], ["I0 along d", "I0 along d"]] });
  addChoice(demo, "keep", { label: "Then", options: [["add", "add the step to d"], ["overwrite", "let the step replace d"], ["rewarp", "add, but warp the warped image"]] });
  addChoice(demo, "interpolation", { label: "Between pixels", options: [["nearest", "nearest"], ["bilinear", "bilinear"], ["bicubic", "cubic"]] });
}

function judge(demo, { row, errors }) {
  const { model, achieve } = demo, error = errors[errors.length - 1], sound = !MISTAKES.has(model.get("moved")) && !MISTAKES.has(model.get("keep"));
  if (!row && error < 0.01) achieve("precise");
  if (model.get("steps") >= 4 && error > errors[0]) achieve("runaway");
  if (row || !sound || !model.get("blur") || !(error < 0.05) || model.get("done").includes("rescue")) return;
  const unblurred = run(model, { blur: 0, steps: MOST }).errors;
  if (unblurred[unblurred.length - 1] > 1) achieve("rescue");
}

function describe({ row, truth, history, errors, last, fixed, pair }, steps) {
  const two = (z) => (Math.round(100 * z) / 100 + 0).toFixed(2);  // never -0.00
  const say = (d) => (row ? `${two(d[0])} px` : `(${d.map(two).join(", ")}) px`);
  const error = errors[errors.length - 1], k = history.length - 1;
  let words = `Step ${k}: d = ${say(last.d)}, true ${say(truth)}, off by ${error.toFixed(error < 0.1 ? 3 : 2)} px. `;
  if (!row) words += `The difference left is ${leftOver(last.image, fixed, pair.width, last.landed).toFixed(4)} rms. `;
  if (last.step) return words + `The next step asked for is ${say(last.step)}.`;
  return words + `It stopped here${k < steps ? ` and made no step ${k + 1}` : ""}: the images hardly overlap any more.`;
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Estimate, warp, repeat", about: model.get("about_text") });
  let now = run(model), before = null, key = "";
  const scene = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 520, label: "The image that stays, the warped one, and what is left between them",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      (now.row ? drawRow : drawFrames)(context, colors, now, names(model));
    },
  });
  const chart = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 520, label: "Error of the estimate after each step, logarithmic; paler: before the last change",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      drawErrors(context, colors, now.errors, before);
    },
  });
  addControls(demo);
  const settings = ["view", "motion", "blur", "moved", "keep", "interpolation"];
  const update = () => {
    const changed = JSON.stringify(settings.map((name) => model.get(name)));
    if (key && key !== changed) before = now.errors;
    key = changed;
    now = run(model);
    demo.set({ estimate: [...now.last.d], error: now.errors[now.errors.length - 1] });
    judge(demo, now);
    demo.say(describe(now, model.get("steps")));
    scene.redraw();
    chart.redraw();
  };
  demo.listen([...settings, "steps", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
