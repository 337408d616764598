import { denseFlow, normals } from "./flow.js";
import { addCanvas, addChoice, addPlayer, addSlider, arrow, drawPicture, heatScale, legend, mapPicture, openDemo, pictureOf, text } from "./kit.js";

const WIDE = 420, SIDE = 300, TALL = 312, MAP = 178, LONGER = 4, WORST = 2, STEEP = 100, SURE = 10;
const SMALLEST = 3, LARGEST = 31, SHOWN = 0.5;  // windows; seconds that each frame is shown

// ---- arithmetic ----

// Waves of 9 to 40 pixels, each turned by the golden angle from the one before.
const WAVES = [0, 1].map((layer) => Array.from({ length: 24 }, (_, k) => {
  const frequency = (2 * Math.PI) / (9 * (40 / 9) ** ((k + 0.5) / 24)), angle = 2.399963 * k + layer;
  return [frequency * Math.cos(angle), frequency * Math.sin(angle), k * k + 5 * layer];
}));

// A smooth texture, brightness around 0.5; layer 0 or 1.
export function texture(x, y, layer) {
  let sum = 0;
  for (const [kx, ky, phase] of WAVES[layer]) sum += Math.cos(kx * x + ky * y + phase);
  return 0.5 + 0.35 * Math.tanh(sum / Math.sqrt(48));
}

// Two clean frames and the exact flow of the first: a texture that moves by `speed` along (0.8, 0.6),
// or a disc of it in front of another texture that goes the other way at half the speed.
export function movingScene(speed, motions, width, height) {
  const n = width * height, [I0, I1, u, v] = Array.from({ length: 4 }, () => new Float64Array(n));
  const front = [0.8 * speed, 0.6 * speed], back = motions === "two" ? front.map((z) => -z / 2) : front;
  const inDisc = (x, y) => motions === "two" && Math.hypot(x - (width - 1) / 2, y - (height - 1) / 2) < 0.3 * height;
  for (let k = 0; k < n; k++) {
    const x = k % width, y = Math.floor(k / width), before = inDisc(x, y), after = inDisc(x - front[0], y - front[1]);
    [u[k], v[k]] = before ? front : back;
    I0[k] = texture(x + u[k], y + v[k], before ? 1 : 0);
    I1[k] = texture(x, y, after ? 1 : 0);
  }
  return { I0, I1, u, v };
}

// The frames as a camera sees them: the second under other light, both with noise from `draws`, two per pixel.
export function asFilmed({ I0, I1 }, light, noise, draws) {
  const n = I0.length;
  return { I0: I0.map((b, k) => b + noise * draws[k]), I1: I1.map((b, k) => (1 + light) * b + noise * draws[n + k]) };
}

// How wrong an estimate is, and how sure it could be of itself.
export function judge(estimate, truth) {
  const off = estimate.u.map((u, k) => Math.hypot(u - truth.u[k], estimate.v[k] - truth.v[k])), known = off.filter((e) => !Number.isNaN(e));
  const sorted = Float64Array.from(estimate.condition).sort(), n = off.length;
  return {
    off, error: known.reduce((a, b) => a + b, 0) / known.length, solved: known.length / n,
    condition: (sorted[Math.floor((n - 1) / 2)] + sorted[Math.ceil((n - 1) / 2)]) / 2,
    sure: off.filter((e, k) => !Number.isNaN(e) && estimate.condition[k] < SURE).length / n,
  };
}

// ---- drawing ----

const bytes = (frame) => Uint8Array.from(frame, (b) => Math.round(255 * Math.min(Math.max(b, 0), 1)));
const percent = (share) => `${Math.floor(100 * share + 1e-9)} %`;

function drawFrames(context, colors, { pictures, truth, estimate, second, width, height }) {
  const unit = WIDE / width, step = 12;
  drawPicture(context, pictures[second ? 1 : 0], 0, 0, WIDE, height * unit);
  for (const [field, color, line] of [[truth, "#ffd23f", 3.5], [estimate, "#7fe0ff", 1.7]]) {
    for (let y = step / 2; y < height; y += step) for (let x = step / 2; x < width; x += step) {
      const k = y * width + x, cx = (x + 0.5) * unit, cy = (y + 0.5) * unit;
      if (!Number.isNaN(field.u[k])) arrow(context, cx, cy, cx + field.u[k] * LONGER * unit, cy + field.v[k] * LONGER * unit, color, line);
    }
  }
  legend(context, { ...colors, paper: "#14102e" }, [[second ? "second frame" : "first frame", "#fff"], ["true motion", "#ffd23f"], ["estimate", "#7fe0ff"]]);
}

function drawMaps(context, colors, { maps, verdict }) {
  const high = TALL / 2 - 8, left = MAP + 12, room = SIDE - left - 8;
  const rows = [
    ["Can it be solved?", "λ₁/λ₂", "1", `${STEEP}`, `median ${verdict.condition.toFixed(1)}`, `${percent(verdict.solved)} solved`],
    ["Is it right?", "off from the truth", "0", `${WORST} px`, `mean ${verdict.error.toFixed(2)} px`, ""],
  ];
  rows.forEach(([question, what, low, top, ...numbers], k) => {
    const y = k * (TALL / 2 + 4);
    drawPicture(context, maps[k], 0, y, MAP, high);
    text(context, question, left, y + 16, colors.ink, { bold: true, size: 12 });
    text(context, what, left, y + 34, colors.muted, { size: 11 });
    heatScale(context, colors, left, y + 46, room, low, top);
    numbers.forEach((line, j) => text(context, line, left, y + 92 + 18 * j, k ? colors.orange : colors.blue, { bold: true }));
  });
}

// ---- the demo ----

function addControls(demo) {
  addSlider(demo, "speed", { label: "Motion", min: 0, max: 6, step: 0.25, format: (v) => `${v.toFixed(2)} px` });
  addSlider(demo, "light", { label: "Light changes", min: -0.3, max: 0.3, step: 0.05, format: (v) => `${v < 0 ? "−" : v > 0 ? "+" : ""}${Math.abs(100 * v).toFixed(0)} %` });
  addSlider(demo, "noise", { label: "Noise", min: 0, max: 0.1, step: 0.01, format: (v) => `${(100 * v).toFixed(0)} %` });
  addSlider(demo, "window", { label: "Window", min: SMALLEST, max: LARGEST, step: 2, format: (v) => `${v} × ${v}` });
  addChoice(demo, "motions", { label: "Scene", options: [["one", "one motion"], ["two", "a disc in front"]] });
}

function violations({ speed, light, noise, motions }) {
  const found = [
    light && "brightness is not constant", speed > 1 && "the motion is not small",
    motions === "two" && speed && "neighbours move differently at the disc's rim", noise && "there is noise",
  ].filter(Boolean);
  return found.length ? `Violated: ${found.join("; ")}.` : "No assumption is violated.";
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Solved, and wrong", about: model.get("about_text") });
  const { set, listen, say, achieve } = demo;
  const [height, width] = model.get("shape"), draws = normals(2 * width * height, 1950);
  const settings = () => Object.fromEntries(["speed", "light", "noise", "motions", "window"].map((name) => [name, model.get(name)]));
  let clock = 0, key = "", clean = null, shown = null;
  const view = addCanvas(demo, {
    width: WIDE, height: (WIDE * height) / width, maxWidth: 560, label: "Two frames in turn, with true and estimated motion",
    draw: (context, colors) => drawFrames(context, colors, { ...shown, truth: clean, second: clock % (2 * SHOWN) >= SHOWN, width, height }),
  });
  const side = addCanvas(demo, {
    width: SIDE, height: TALL, maxWidth: 340, label: "Map of the condition number above, map of the error below",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, SIDE, TALL);
      drawMaps(context, colors, shown);
    },
  });
  addControls(demo);
  addPlayer(demo, (seconds) => {
    const before = clock % (2 * SHOWN) >= SHOWN;
    clock += seconds;
    if (clock % (2 * SHOWN) >= SHOWN !== before) view.redraw();
  }, { stepSeconds: SHOWN });

  const estimateWith = ({ I0, I1 }, window) => denseFlow(I0, I1, width, height, window);
  const look = (now) => {
    if (key !== `${now.speed} ${now.motions}`) { clean = movingScene(now.speed, now.motions, width, height); key = `${now.speed} ${now.motions}`; }
    const filmed = asFilmed(clean, now.light, now.noise, draws), estimate = estimateWith(filmed, now.window), verdict = judge(estimate, clean);
    const steep = estimate.condition.map((c, k) => (Number.isNaN(estimate.u[k]) ? NaN : Math.log(c)));
    return {
      filmed, estimate, verdict, pictures: [filmed.I0, filmed.I1].map((frame) => pictureOf(bytes(frame), width, height)),
      maps: [mapPicture(steep, width, height, Math.log(STEEP)), mapPicture(verdict.off, width, height, WORST)],
    };
  };
  const bestWindow = (now) => now.window > SMALLEST && now.window < LARGEST &&
    [-2, 2].every((step) => judge(estimateWith(shown.filmed, now.window + step), clean).error > shown.verdict.error);
  const update = () => {
    const now = settings();
    shown = look(now);
    const { error, solved, condition, sure } = shown.verdict;
    set({ mean_error: error, solved, condition });
    say(`${violations(now)} ${percent(solved)} of the windows are solved, with a condition below ${SURE} in ${percent(sure)}. The estimate is off by ${error.toFixed(2)} px on average.`);
    if (sure >= 0.95 && error > 1) achieve("sure");
    if (now.speed === 0 && error > 0.5) achieve("light");
    if (now.motions === "two" && now.speed > 0 && now.noise >= 0.02 && bestWindow(now)) achieve("window");
    view.redraw();
    side.redraw();
  };
  listen(["speed", "light", "noise", "motions", "window", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
