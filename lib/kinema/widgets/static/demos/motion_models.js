import { normals } from "./flow.js";
import { addCanvas, addChoice, addHandle, addPlayer, addSlider, arrow, bytesOf, drawPicture, el, heatScale, legend, mapPicture, openDemo, pictureOf, text } from "./kit.js";

const WIDE = 420, SIDE = 300, TALL = 258, MAP = 190, FRAMES = 3, WORST = 3, LONGER = 5;  // frames shown; px at the bright end of the map; arrows of the parts
const NAMES = ["a1", "a2", "a3", "a4", "a5", "a6"];

// ---- arithmetic; x and y are pixels from the middle of the picture ----

// u = a1 + a2 x + a3 y, v = a4 + a5 x + a6 y.
export function affineMotion([a1, a2, a3, a4, a5, a6], x, y) {
  return [a1 + a2 * x + a3 * y, a4 + a5 * x + a6 * y];
}

// The same six numbers as six motions with a name each. Divergence is 2 zoom, curl is 2 turn.
export function sixParts([a1, a2, a3, a4, a5, a6]) {
  return { right: a1, down: a4, zoom: (a2 + a6) / 2, turn: (a5 - a3) / 2, stretch: (a2 - a6) / 2, slant: (a3 + a5) / 2 };
}

// The motion that one unit of a part makes.
export function partMotion(name, x, y) {
  return { right: [1, 0], down: [0, 1], zoom: [x, y], turn: [-y, x], stretch: [x, -y], slant: [y, x] }[name];
}

// What one unit of each unknown of a model moves at (x, y), one [u, v] per unknown: kinema.flow.motion_basis.
// Perspective is the flow of a plane, rotation that of a turning camera: Bergen et al. (1992), small motions.
export function unknownsOf(model, x, y, focal) {
  const affine = [[1, 0], [x, 0], [y, 0], [0, 1], [0, x], [0, y]];
  if (model === "translation") return [[1, 0], [0, 1]];
  if (model === "affine") return affine;
  if (model === "perspective") return [...affine, [-x * x, -x * y], [-x * y, -y * y]];
  return [[(x * y) / focal, focal + (y * y) / focal], [-focal - (x * x) / focal, (-x * y) / focal], [y, -x]];
}

// A motion of each kind; `amount` is about its largest speed, the picture is width x height.
export function trueMotion(kind, amount, focal, width, height, x, y) {
  const rate = amount / Math.hypot(width / 2, height / 2), horizon = 0.7 * height;
  if (kind === "slide") return [0.8 * amount, -0.6 * amount];
  if (kind === "turn") return [-rate * y, rate * x];
  if (kind === "zoom") return [rate * x, rate * y];
  if (kind === "affine") return affineMotion([0.3 * amount, 0.7 * rate, -0.2 * rate, -0.2 * amount, 0.6 * rate, -0.5 * rate], x, y);
  if (kind === "drive") {  // straight ahead over a plane whose horizon lies above the picture
    const k = (amount * horizon) / (height / 2 + horizon) ** 2, depth = (y + horizon) / horizon;
    return [k * x * depth, k * (y + horizon) * depth];
  }
  const [tilt, pan] = unknownsOf("rotation", x, y, focal), angle = amount / focal;
  return [0, 1].map((c) => angle * (0.4 * tilt[c] - pan[c]));
}

// Least squares by Gram-Schmidt: the weights with which `columns` come nearest to `b`.
export function leastSquares(columns, b) {
  const n = columns.length, R = columns.map(() => new Float64Array(n)), Q = [], right = Float64Array.from(b), weights = new Array(n).fill(0);
  const dot = (p, q) => p.reduce((sum, z, k) => sum + z * q[k], 0);
  columns.forEach((column, j) => {
    const q = Float64Array.from(column);
    for (let pass = 0; pass < 2; pass++) {  // twice, for squares of pixels are nearly constant in a small patch
      Q.forEach((e, i) => { const r = dot(e, q); R[i][j] += r; e.forEach((z, k) => { q[k] -= r * z; }); });
    }
    R[j][j] = Math.sqrt(dot(q, q));
    Q.push(q.map((z) => z / R[j][j]));
  });
  const projected = Q.map((q) => dot(q, right));
  for (let j = n - 1; j >= 0; j--) {
    weights[j] = (projected[j] - R[j].reduce((sum, r, k) => (k > j ? sum + r * weights[k] : sum), 0)) / R[j][j];
  }
  return weights;
}

// The unknowns of a model that best explain `flows` at `points`.
export function fitModel(model, points, flows, focal) {
  const rows = points.flatMap(([x, y]) => { const f = unknownsOf(model, x, y, focal); return [f.map((m) => m[0]), f.map((m) => m[1])]; });
  return leastSquares(rows[0].map((_, j) => rows.map((row) => row[j])), flows.flat());
}

export function modelMotion(model, unknowns, x, y, focal) {
  const motions = unknownsOf(model, x, y, focal);
  return [0, 1].map((c) => motions.reduce((sum, m, k) => sum + unknowns[k] * m[c], 0));
}

// ---- words ----

const MODELS = [["translation", "translation, 2"], ["affine", "affine, 6"], ["perspective", "perspective, 8"], ["rotation", "3D rotation, 3"]];
const TRUTHS = [["slide", "slide"], ["turn", "turn"], ["zoom", "zoom"], ["affine", "affine mix"], ["drive", "drive over a road"], ["camera", "camera turns"]];
const PARTS = [["right", "right"], ["down", "down"], ["zoom", "zoom"], ["turn", "turn"], ["stretch", "shear: stretch"], ["slant", "shear: slant"]];

const signed = (z, digits) => (z < 0 ? "−" : "") + Math.abs(z).toFixed(digits);

function inWords(parts) {
  const shift = parts.right || parts.down, shear = parts.stretch || parts.slant;
  const found = [
    shift && "a shift", parts.zoom && (parts.zoom > 0 ? "a zoom in" : "a zoom out"),
    parts.turn && `a ${parts.turn > 0 ? "clockwise" : "counter-clockwise"} turn`, shear && "shear",
  ].filter(Boolean);
  if (!found.length) return "Nothing moves.";
  return `This is ${found.length > 1 ? `${found.slice(0, -1).join(", ")} and ${found[found.length - 1]}` : `${found[0]} and nothing else`}.`;
}

// ---- drawing ----

// The picture after `frames` of a motion, in cells small enough to be nearly affine.
function drawMoved(context, picture, motion, frames, unit) {
  const { width, height } = picture, cell = 8;
  const to = (x, y) => { const [u, v] = motion(x - width / 2, y - height / 2); return [(x + frames * u) * unit, (y + frames * v) * unit]; };
  context.imageSmoothingEnabled = false;
  for (let y = 0; y < height; y += cell) for (let x = 0; x < width; x += cell) {
    const w = Math.min(cell, width - x), h = Math.min(cell, height - y), p = to(x, y), px = to(x + w, y), py = to(x, y + h);
    context.save();
    context.transform((px[0] - p[0]) / w, (px[1] - p[1]) / w, (py[0] - p[0]) / h, (py[1] - p[1]) / h, p[0], p[1]);
    context.drawImage(picture, x, y, w, h, 0, 0, w + 0.3, h + 0.3);  // a little wider, against seams
    context.restore();
  }
}

function drawArrows(context, motion, width, height, unit, color, line) {
  const stepX = width / 9, stepY = height / 7;
  for (let y = stepY; y < height; y += stepY) for (let x = stepX; x < width; x += stepX) {
    const [u, v] = motion(x - width / 2, y - height / 2);
    arrow(context, x * unit, y * unit, (x + FRAMES * u) * unit, (y + FRAMES * v) * unit, color, line);
  }
}

// Six small fields, one per part, that add up to the motion.
function drawParts(context, colors, parts, reach) {
  PARTS.forEach(([name, label], k) => {
    const x0 = (k % 2) * (SIDE / 2), y0 = Math.floor(k / 2) * (TALL / 3), cx = x0 + SIDE / 4, cy = y0 + TALL / 6 + 8, unit = 32 / reach;
    const shift = k < 2, on = Math.abs(parts[name]) > 1e-9, color = on ? colors.orange : colors.muted;
    context.strokeStyle = colors.rule;
    context.lineWidth = 1;
    context.strokeRect(x0 + 3, y0 + 3, SIDE / 2 - 6, TALL / 3 - 6);
    for (const y of [-0.6, 0, 0.6]) for (const x of [-1.4, -0.7, 0, 0.7, 1.4]) {
      const [u, v] = partMotion(name, x * reach, y * reach), s = parts[name] * LONGER * unit;
      arrow(context, cx + x * 32, cy + y * 32, cx + x * 32 + u * s, cy + y * 32 + v * s, color, 1.4);
    }
    text(context, label, x0 + 10, y0 + 18, color, { bold: on, size: 12 });
    text(context, shift ? `${signed(parts[name], 2)} px` : signed(parts[name], 4), x0 + SIDE / 2 - 10, y0 + 18, color, { size: 12, align: "right" });
  });
}

// The map of what the chosen model leaves over, and a bar for each model that was tried.
function drawErrors(context, colors, { picture, errors, chosen, patch }) {
  const high = (MAP * picture.height) / picture.width, left = 126, reach = SIDE - left - 62;
  drawPicture(context, picture, 0, 0, MAP, high);
  if (patch) {
    context.strokeStyle = "#fff";
    context.lineWidth = 2;
    context.strokeRect((MAP * 3) / 8, (high * 3) / 8, MAP / 4, high / 4);
  }
  ["Distance of", "the best fit", "from the truth"].forEach((line, k) => text(context, line, MAP + 12, 18 + 17 * k, colors.ink));
  if (patch) text(context, "□ what it sees", MAP + 12, 76, colors.muted);
  heatScale(context, colors, MAP + 12, 100, SIDE - MAP - 20, "0", `${WORST} px`);
  const y0 = high + 26, step = (TALL - 10 - y0) / 3;
  MODELS.forEach(([name, label], k) => {
    const y = y0 + k * step, error = errors[name], color = name === chosen ? colors.orange : colors.muted;
    text(context, label, 4, y + 4, color, { bold: name === chosen });
    if (error === undefined) return text(context, "not tried", left, y + 4, colors.muted);
    context.fillStyle = color;
    context.fillRect(left, y - 6, Math.max(1, (Math.min(error, WORST) / WORST) * reach), 11);
    text(context, `${error.toFixed(2)} px`, SIDE - 4, y + 4, color, { bold: name === chosen, align: "right" });
  });
}

// ---- the demo ----

// The three dots: what they are called, where they stand in halves of the picture, which numbers they set.
const DOTS = [["Middle: sets a1 and a4", 0, 0], ["Right of the middle: sets a2 and a5", 1, 0], ["Below the middle: sets a3 and a6", 0, 1]];

function addDots(demo, view, width, height, unit) {
  const { model, set } = demo, numbers = () => NAMES.map((n) => model.get(n));
  const snap = (z, step, top) => Math.round(Math.max(-top, Math.min(top, z)) / step) * step;
  return DOTS.map(([label, right, down]) => {
    const x = (right * width) / 4, y = (down * height) / 4, reach = x + y;
    return addHandle(demo, view, {
      label, step: reach ? 0.005 * reach * FRAMES * unit : 0.25 * FRAMES * unit,
      place: () => { const [u, v] = affineMotion(numbers(), x, y); return [(width / 2 + x + FRAMES * u) * unit, (height / 2 + y + FRAMES * v) * unit]; },
      move: ([px, py]) => {
        const u = (px / unit - width / 2 - x) / FRAMES, v = (py / unit - height / 2 - y) / FRAMES, [a1, , , a4] = numbers();
        const slope = (z) => snap(z / reach, 0.005, 0.1);
        if (!reach) set({ a1: snap(u, 0.25, 4), a4: snap(v, 0.25, 4) });
        else set(right ? { a2: slope(u - a1), a5: slope(v - a4) } : { a3: slope(u - a1), a6: slope(v - a4) });
      },
      describe: () => { const [u, v] = affineMotion(numbers(), x, y); return `moves by ${u.toFixed(2)}, ${v.toFixed(2)} pixels per frame`; },
    });
  });
}

function addControls(demo) {
  const group = () => { const node = el("div", { class: "kd-controls" }); demo.controls.after(node); return node; };
  addChoice(demo, "part", { label: "Try", options: [["build", "Build a motion"], ["fit", "Fit a model"]] });
  const fit = group(), build = group();
  build.classList.add("kd-three");
  NAMES.forEach((name, k) => {
    const shift = k % 3 === 0;
    addSlider(demo, name, { label: `a${k + 1}`, min: shift ? -4 : -0.1, max: shift ? 4 : 0.1, step: shift ? 0.25 : 0.005, parent: build, format: (v) => (shift ? `${signed(v, 2)} px` : signed(v, 3)) });
  });
  addChoice(demo, "truth", { label: "True motion", options: TRUTHS, parent: fit });
  addChoice(demo, "model", { label: "Model, unknowns", options: MODELS, parent: fit });
  addChoice(demo, "sees", { label: "The fit sees", options: [["all", "the whole frame"], ["patch", "a patch in the middle"]], parent: fit });
  addSlider(demo, "amount", { label: "Speed", min: 0.5, max: 6, step: 0.25, format: (v) => `${v.toFixed(2)} px`, parent: fit });
  const focal = addSlider(demo, "focal", { label: "Focal length", min: 50, max: 400, step: 10, format: (v) => `${v} px`, parent: fit });
  addSlider(demo, "noise", { label: "Noise of the flow", min: 0, max: 2, step: 0.1, format: (v) => `±${v.toFixed(1)} px`, parent: fit });
  return { build, fit, focal };
}

// Measures the true motion at every second pixel, with noise, and fits models to what it sees.
function makeFitter(model, width, height) {
  const columns = Math.floor(width / 2), rows = Math.floor(height / 2), points = [];
  for (let j = 0; j < rows; j++) for (let i = 0; i < columns; i++) points.push([2 * i - (columns - 1), 2 * j - (rows - 1)]);
  const draws = normals(2 * points.length, 1992);
  return (names) => {
    const noise = model.get("noise"), focal = model.get("focal"), patch = model.get("sees") === "patch";
    const truth = points.map(([x, y]) => trueMotion(model.get("truth"), model.get("amount"), focal, width, height, x, y));
    const seen = points.map((_, k) => k).filter((k) => !patch || (Math.abs(points[k][0]) < width / 8 && Math.abs(points[k][1]) < height / 8));
    const measured = seen.map((k) => [0, 1].map((c) => truth[k][c] + noise * draws[2 * k + c]));
    const fits = {};
    for (const name of names) {
      const unknowns = fitModel(name, seen.map((k) => points[k]), measured, focal);
      const off = points.map(([x, y], k) => { const [u, v] = modelMotion(name, unknowns, x, y, focal); return Math.hypot(u - truth[k][0], v - truth[k][1]); });
      fits[name] = { unknowns, off, error: off.reduce((a, b) => a + b, 0) / off.length };
    }
    return { fits, columns, rows, still: truth.reduce((sum, t) => sum + Math.hypot(...t), 0) / truth.length };
  };
}

function render({ model, el: root }) {
  const demo = openDemo({ model, el: root, title: "Six numbers, four models", about: model.get("about_text") });
  const { set, listen, say, achieve } = demo;
  const [height, width] = model.get("shape"), picture = pictureOf(bytesOf(model, "frame0"), width, height), unit = WIDE / width;
  const numbers = () => NAMES.map((n) => model.get(n)), building = () => model.get("part") === "build";
  const fitter = makeFitter(model, width, height);
  const tried = { kind: "", names: new Set() };
  let clock = 0, errors = null, result = null;
  const truthAt = (x, y) => trueMotion(model.get("truth"), model.get("amount"), model.get("focal"), width, height, x, y);
  const fitAt = (x, y) => modelMotion(model.get("model"), result.fits[model.get("model")].unknowns, x, y, model.get("focal"));
  const motion = (x, y) => (building() ? affineMotion(numbers(), x, y) : truthAt(x, y));

  const view = addCanvas(demo, {
    width: WIDE, height: height * unit, maxWidth: 560, label: "A photograph that moves, with arrows for its motion",
    draw: (context, colors) => {
      context.fillStyle = colors.rule;
      context.fillRect(0, 0, WIDE, height * unit);
      drawMoved(context, picture, motion, Math.min(clock, FRAMES), unit);
      if (building()) return drawArrows(context, motion, width, height, unit, "#ffd23f", 2);
      drawArrows(context, truthAt, width, height, unit, "#ffd23f", 3.5);
      drawArrows(context, fitAt, width, height, unit, "#7fe0ff", 1.6);
      legend(context, { ...colors, paper: "#14102e" }, [["true motion", "#ffd23f"], ["best fit", "#7fe0ff"]]);
    },
  });
  const side = addCanvas(demo, {
    width: SIDE, height: TALL, maxWidth: 340, label: "Parts of the motion, or the error of the models",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, SIDE, TALL);
      if (building()) drawParts(context, colors, sixParts(numbers()), width / 2);
      else drawErrors(context, colors, errors);
    },
  });
  const dots = addDots(demo, view, width, height, unit), controls = addControls(demo);
  addPlayer(demo, (seconds) => { clock = (clock + 1.5 * seconds) % (FRAMES + 0.1); view.redraw(); });

  const sayBuilt = () => {
    const parts = sixParts(numbers().map((a) => Math.round(a * 1e6) / 1e6)), { right, down, zoom, turn, stretch, slant } = parts;
    say(`${inWords(parts)} Divergence ${signed(2 * zoom, 3)}, curl ${signed(2 * turn, 3)}, shears ${signed(2 * stretch, 3)} and ${signed(2 * slant, 3)}.`);
    if (turn >= 0.02 && !right && !down && !zoom && !stretch && !slant) achieve("turn");
  };
  const sayFitted = () => {
    const name = model.get("model"), { fits, still } = result, error = (m) => (fits[m] ? fits[m].error : NaN), best = fits[name].unknowns;
    const what = name === "translation" ? `The best translation is (${best.map((z) => signed(Math.abs(z) < 0.005 ? 0 : z, 2)).join(", ")}) px. It` : `With ${best.length} unknowns the best fit`;
    say(`The frame moves by ${still.toFixed(2)} px on average. ${what} is off by ${error(name).toFixed(2)} px on average.`);
    if (error("affine") > 0.4 && error("perspective") < 0.01) achieve("curved");
    if (error("perspective") > 1 && error("translation") < 0.5) achieve("fewer");
  };
  const fit = () => {
    if (tried.kind !== model.get("truth")) { tried.kind = model.get("truth"); tried.names.clear(); }
    tried.names.add(model.get("model"));
    result = fitter(tried.names);
    const chosen = model.get("model"), shown = result.fits[chosen];
    errors = {
      picture: mapPicture(shown.off, result.columns, result.rows, WORST), chosen, patch: model.get("sees") === "patch",
      errors: Object.fromEntries(Object.entries(result.fits).map(([name, f]) => [name, f.error])),
    };
    set({ fitted: shown.unknowns, mean_error: shown.error });
  };
  const update = () => {
    controls.build.hidden = !building();
    controls.fit.hidden = building();
    controls.focal.disabled = model.get("truth") !== "camera" && model.get("model") !== "rotation";
    for (const dot of dots) { dot.button.hidden = !building(); dot.show(); }
    if (building()) sayBuilt();
    else { fit(); sayFitted(); }
    view.redraw();
    side.redraw();
  };
  listen(["part", ...NAMES, "truth", "amount", "focal", "model", "sees", "noise", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
