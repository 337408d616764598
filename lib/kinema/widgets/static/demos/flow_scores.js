import { addCanvas, addChoice, addHandle, addSlider, arrow, bytesOf, drawPicture, el, heat, heatScale, openDemo, pictureOf, text } from "./kit.js";
import { flowColor, flowColors } from "./wheel.js";

const PLANE = 340, PLANE_TALL = 290, MAPS = 300, WHEEL = 230, RADIUS = 92, UNKNOWN = -32768, WORST = 10;
const DOTS = 2400;  // as many as the plane of a large field shows

// ---- arithmetic ----

// Whether a pixel counts as wrong: `error` and `speed` in pixels, limits `px` in pixels, `pct` in percent of the speed.
export function isOutlier(error, speed, rule, px, pct) {
  const far = error > px, much = error > (pct / 100) * speed;
  return rule === "px" ? far : rule === "or" ? far || much : far && much;
}

// Mean error for the rule "epe", else the share of outliers; unknown pixels (NaN) do not count.
export function score(errors, speeds, rule, px, pct) {
  let sum = 0, count = 0;
  errors.forEach((error, k) => {
    if (Number.isNaN(error)) return;
    sum += rule === "epe" ? error : isOutlier(error, speeds[k], rule, px, pct);
    count += 1;
  });
  return sum / count;
}

// Error of the pixel at which two motions are compared: its end point's distance.
export function endpointErrors(estimate, truth) {
  return truth.u.map((u, k) => Math.hypot(estimate.u[k] - u, estimate.v[k] - truth.v[k]));
}

export function degreesApart([a, b], [c, d]) {
  return (Math.abs(Math.atan2(a * d - b * c, a * c + b * d)) * 180) / Math.PI;
}

// Rows of a table, best (smallest) first, each with its rank; rows without a figure come last, unranked.
export function ranked(rows, column) {
  const given = rows.filter((row) => row[column] !== null).sort((a, b) => a[column] - b[column]);
  const rank = (row) => 1 + given.filter((other) => other[column] < row[column]).length;
  return [...given.map((row) => ({ row, rank: rank(row) })), ...rows.filter((row) => row[column] === null).map((row) => ({ row, rank: null }))];
}

// A motion in words.
export function directionWords(u, v) {
  const long = Math.max(Math.abs(u), Math.abs(v)), across = u < 0 ? "left" : "right", along = v < 0 ? "up" : "down";
  if (long === 0) return "nowhere";
  const parts = [Math.abs(u) > 0.4 * long && across, Math.abs(v) > 0.4 * long && along].filter(Boolean);
  return parts.join(" and ");
}

// ---- words ----

const RULES = [["and", "px and %"], ["or", "px or %"], ["px", "px alone"], ["epe", "mean error"]];
const ROWS = [["epe", "mean error (EPE)"], ["and", "outliers, px and %"], ["or", "outliers, px or %"], ["px", "outliers, px alone"]];
const COLUMNS = [["clean", "Sintel clean", "px"], ["final", "Sintel final", "px"], ["kitti12", "KITTI 2012", "%"], ["kitti15", "KITTI 2015", "%"]];

const shown = (rule, value) => (rule === "epe" ? `${value.toFixed(2)} px` : `${(100 * value).toFixed(1)} %`);

// ---- the plane of speed and error ----

const LEFT = 40, BOTTOM = 34, LOW = 0.05, HIGH = 300, SLOW = 0.3;
const toX = (speed) => LEFT + (Math.log(Math.max(speed, SLOW) / SLOW) / Math.log(HIGH / SLOW)) * (PLANE - LEFT - 6);
const toY = (error) => PLANE_TALL - BOTTOM - (Math.log(Math.max(error, LOW) / LOW) / Math.log(HIGH / LOW)) * (PLANE_TALL - BOTTOM - 6);
const fromX = (x) => SLOW * (HIGH / SLOW) ** ((x - LEFT) / (PLANE - LEFT - 6));
const fromY = (y) => LOW * (HIGH / LOW) ** ((PLANE_TALL - BOTTOM - y) / (PLANE_TALL - BOTTOM - 6));
const HANDLES = { px: 0.7, pct: 160 };  // speeds at which the two lines are held

function drawAxes(context, colors) {
  context.strokeStyle = colors.rule;
  context.lineWidth = 1;
  for (const z of [0.1, 1, 10, 100]) {
    context.beginPath();
    if (z > SLOW) { context.moveTo(toX(z), 6); context.lineTo(toX(z), PLANE_TALL - BOTTOM); }
    context.moveTo(LEFT, toY(z)); context.lineTo(PLANE - 6, toY(z));
    context.stroke();
    if (z > SLOW) text(context, `${z}`, toX(z), PLANE_TALL - BOTTOM + 14, colors.muted, { size: 12, align: "center" });
    text(context, `${z}`, LEFT - 5, toY(z) + 4, colors.muted, { size: 12, align: "right" });
  }
  text(context, "true speed, px", PLANE - 8, PLANE_TALL - 5, colors.muted, { size: 12, align: "right" });
  context.save();
  context.translate(12, 8);
  context.rotate(-Math.PI / 2);
  text(context, "end-point error, px", 0, 0, colors.muted, { size: 12, align: "right" });
  context.restore();
}

// The region of the outliers, above one line or both.
function shadeOutliers(context, colors, rule, px, pct) {
  const limit = (speed) => { const p = (pct / 100) * speed; return rule === "px" ? px : rule === "or" ? Math.min(px, p) : Math.max(px, p); };
  context.fillStyle = colors.orange;
  context.globalAlpha = 0.16;
  context.beginPath();
  context.moveTo(PLANE - 6, 6);
  context.lineTo(LEFT, 6);
  for (let x = LEFT; x <= PLANE - 6; x += 2) context.lineTo(x, Math.max(6, toY(limit(fromX(x)))));
  context.fill();
  context.globalAlpha = 1;
}

function drawLimits(context, colors, rule, px, pct) {
  const line = (f, color) => {
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.beginPath();
    for (let x = LEFT; x <= PLANE - 6; x += 2) context.lineTo(x, Math.max(0, toY(f(fromX(x)))));
    context.stroke();
  };
  line(() => px, colors.blue);
  text(context, `${px} px`, toX(HANDLES.px) + 16, toY(px) - 6, colors.blue, { bold: true });
  if (rule === "px") return;
  line((speed) => (pct / 100) * speed, colors.purple);
  text(context, `${pct} %`, toX(HANDLES.pct) - 18, toY((pct / 100) * HANDLES.pct) - 8, colors.purple, { bold: true, align: "right" });
}

function drawPlane(context, colors, { errors, speeds, rule, px, pct, open }) {
  context.fillStyle = colors.paper;
  context.fillRect(0, 0, PLANE, PLANE_TALL);
  drawAxes(context, colors);
  if (open && rule !== "epe") shadeOutliers(context, colors, rule, px, pct);
  const stride = Math.ceil(errors.length / DOTS);
  for (let k = 0; k < errors.length; k += stride) {
    if (Number.isNaN(errors[k])) continue;
    const out = open && rule !== "epe" && isOutlier(errors[k], speeds[k], rule, px, pct);
    context.fillStyle = out ? colors.orange : colors.muted;
    context.fillRect(toX(speeds[k]) - 1, toY(errors[k]) - 1, 2, 2);
  }
  if (rule !== "epe") return drawLimits(context, colors, rule, px, pct);
  if (!open) return;
  const mean = score(errors, speeds, "epe"), y = toY(mean);
  context.strokeStyle = colors.green;
  context.lineWidth = 2;
  context.beginPath(); context.moveTo(LEFT, y); context.lineTo(PLANE - 6, y); context.stroke();
  text(context, `mean ${mean.toFixed(2)} px`, LEFT + 8, y - 6, colors.green, { bold: true });
}

// ---- pictures of flow and error ----

function flowPicture({ u, v }, width, height, top) {
  return pictureOf(flowColors(u, v, top), width, height, 4);
}

function outlierPicture(errors, speeds, { rule, px, pct, open }, width, height) {
  const bytes = new Uint8Array(3 * width * height);
  errors.forEach((error, k) => {
    const color = Number.isNaN(error) ? [128, 128, 128] : !open || rule === "epe" ? heat(error / WORST)
      : isOutlier(error, speeds[k], rule, px, pct) ? [245, 150, 70] : [38, 44, 66];
    bytes.set(color, 3 * k);
  });
  return pictureOf(bytes, width, height, 3);
}

function drawMaps(context, colors, tall, { truth, guess, name, map, heats, value }) {
  const half = MAPS / 2 - 4, high = (half * truth.height) / truth.width, big = (MAPS * truth.height) / truth.width;
  text(context, "true flow", 0, 13, colors.ink, { bold: true });
  text(context, `estimate ${name}`, half + 8, 13, colors.ink, { bold: true });
  drawPicture(context, truth, 0, 19, half, high);
  drawPicture(context, guess, half + 8, 19, half, high);
  const y = high + 40;
  text(context, heats ? `errors of ${name}` : `outliers of ${name}`, 0, y, colors.ink, { bold: true });
  text(context, value, MAPS, y, colors.orange, { bold: true, align: "right" });
  drawPicture(context, map, 0, y + 6, MAPS, big);
  if (heats) heatScale(context, colors, MAPS - 110, tall - 24, 110, "0", `${WORST} px`);
}

// ---- the wheel ----

function wheelPicture() {
  const side = 2 * RADIUS + 1, picture = document.createElement("canvas"), data = new ImageData(side, side);
  picture.width = picture.height = side;
  for (let k = 0; k < side * side; k++) {
    const x = (k % side) - RADIUS, y = Math.floor(k / side) - RADIUS;
    if (Math.hypot(x, y) <= RADIUS) data.data.set([...flowColor(x, y, RADIUS), 255], 4 * k);
  }
  picture.getContext("2d").putImageData(data, 0, 0);
  return picture;
}

function addWheel(demo, parent, top) {
  const { model, set } = demo, centre = WHEEL / 2, wheel = wheelPicture();
  const view = addCanvas(demo, {
    width: WHEEL, height: WHEEL, maxWidth: 250, parent, label: "Colour wheel: hue is direction, saturation is speed",
    draw: (context, colors) => {
      const [u, v] = model.get("direction");
      context.drawImage(wheel, centre - RADIUS, centre - RADIUS, 2 * RADIUS + 1, 2 * RADIUS + 1);
      arrow(context, centre, centre, centre + u * RADIUS, centre + v * RADIUS, "#1d2433", 1.6);
      for (const [word, x, y] of [["up", 0, -1], ["down", 0, 1]]) text(context, word, centre + x, centre + y * (RADIUS + 12) + 4, colors.muted, { align: "center", size: 12 });
      for (const [word, side] of [["left", -1], ["right", 1]]) {
        context.save();
        context.translate(centre + side * (RADIUS + 12), centre);
        context.rotate((side * Math.PI) / 2);
        text(context, word, 0, 4, colors.muted, { align: "center", size: 12 });
        context.restore();
      }
      context.fillStyle = `rgb(${flowColor(u, v, 1)})`;
      context.fillRect(0, 0, 34, 24);
      context.strokeStyle = colors.muted;
      context.lineWidth = 1;
      context.strokeRect(0.5, 0.5, 34, 24);
    },
  });
  const inside = ([u, v]) => { const length = Math.max(1, Math.hypot(u, v)); return [u / length, v / length]; };
  const handle = addHandle(demo, view, {
    label: "A motion on the colour wheel", step: RADIUS / 20,
    place: () => model.get("direction").map((z) => centre + z * RADIUS),
    move: ([x, y]) => set({ direction: inside([(x - centre) / RADIUS, (y - centre) / RADIUS]) }),
    describe: () => { const [u, v] = model.get("direction"); return `${directionWords(u, v)}, ${(Math.hypot(u, v) * top).toFixed(0)} pixels per frame`; },
  });
  handle.button.classList.add("kd-ring");
  handle.grabAnywhere();
  return { view, handle };
}

// ---- tables ----

function addScores(demo, parent) {
  const cells = {}, head = el("tr", {}, el("th", {}, "score"), el("th", {}, "A"), el("th", {}, "B"));
  const rows = ROWS.map(([rule, label]) => {
    cells[rule] = [el("td"), el("td")];
    return el("tr", {}, el("th", { scope: "row" }, label), ...cells[rule]);
  });
  parent.append(el("table", { class: "kd-table" }, el("thead", {}, head), el("tbody", {}, ...rows)));
  return (values, chosen, open) => ROWS.forEach(([rule], k) => {
    rows[k].classList.toggle("kd-chosen", rule === chosen);
    const best = Math.min(...values[rule]);
    cells[rule].forEach((cell, j) => {
      cell.textContent = open || rule === "epe" ? shown(rule, values[rule][j]) : "?";
      cell.classList.toggle("kd-best", (open || rule === "epe") && values[rule][j] === best);
    });
  });
}

// The lecture's table of published figures, sorted by the chosen column.
function addPublished(demo) {
  const { model } = demo, box = el("div", { class: "kd-quoted" }), body = el("tbody");
  const heads = COLUMNS.map(([, label, unit]) => el("th", {}, `${label}, ${unit}`));
  const bar = el("div", { class: "kd-controls" });
  addChoice(demo, "column", { label: "Rank nine published methods by", options: COLUMNS, parent: bar });
  box.append(bar, el("div", { class: "kd-scroll" },
    el("table", { class: "kd-table" },
      el("caption", {}, "Quoted from Hur & Roth (2020), Table 2, as printed. Sintel: mean error; KITTI: outliers. LiteFlowNet's authors give 4.54 px, not 3.449, for Sintel clean."),
      el("thead", {}, el("tr", {}, el("th", {}, "rank"), el("th", { class: "kd-left" }, "method"), ...heads)), body)));
  demo.status.after(box);
  const show = () => {
    const column = 1 + COLUMNS.findIndex(([name]) => name === model.get("column"));
    heads.forEach((node, k) => node.classList.toggle("kd-chosen", k + 1 === column));
    body.replaceChildren(...ranked(model.get("table"), column).map(({ row, rank }) =>
      el("tr", {}, el("td", { class: "kd-left" }, rank === null ? "–" : `${rank}`), el("th", { scope: "row" }, row[0]),
        ...row.slice(1).map((z, k) => el("td", { class: k + 1 === column ? "kd-chosen" : "" }, z === null ? "–" : z.toFixed(k < 2 ? 3 : 2))))));
  };
  demo.listen("column", show);
  show();
}

// ---- the demo ----

function readField(model, name, count) {
  const levels = new Int16Array(bytesOf(model, name).slice().buffer), unit = model.get("flow_unit");
  const part = (c) => Float64Array.from(levels.subarray(c * count, (c + 1) * count), (z) => (z === UNKNOWN ? NaN : z * unit));
  return { u: part(0), v: part(1) };
}

// A dot on each of the two lines; a step of a key is large enough to leave the rounding behind.
function addLines(demo, view) {
  const { model, set } = demo, clamp = (z, step, low, high) => Math.min(high, Math.max(low, Math.round(z / step) * step));
  const line = (name, label, place, move) => addHandle(demo, view, { label, step: 12, place, move, describe: () => `${model.get(name)} ${name === "px" ? "pixels" : "percent"}` });
  return {
    px: line("px", "Limit in pixels", () => [toX(HANDLES.px), toY(model.get("px"))], ([, y]) => set({ px: clamp(fromY(y), 0.25, 0.5, 10) })),
    pct: line("pct", "Limit in percent", () => [toX(HANDLES.pct), toY((model.get("pct") / 100) * HANDLES.pct)],
      ([, y]) => set({ pct: clamp((100 * fromY(y)) / HANDLES.pct, 0.5, 1, 20) })),
  };
}

function render({ model, el: root }) {
  const demo = openDemo({ model, el: root, title: "Two scores, two winners", about: model.get("about_text") });
  const { set, listen, say, achieve } = demo;
  const [height, width] = model.get("shape"), count = height * width, truth = readField(model, "truth", count);
  const fields = { A: readField(model, "first", count), B: readField(model, "second", count) };
  const speeds = truth.u.map((u, k) => Math.hypot(u, truth.v[k])), top = speeds.reduce((a, b) => (b > a ? b : a), 1);
  const errors = { A: endpointErrors(fields.A, truth), B: endpointErrors(fields.B, truth) };
  const pictures = { truth: flowPicture(truth, width, height, top), A: flowPicture(fields.A, width, height, top), B: flowPicture(fields.B, width, height, top) };
  const settings = () => ({ name: model.get("estimate"), rule: model.get("rule"), px: model.get("px"), pct: model.get("pct"), open: model.get("prediction") !== "" || !model.get("ask") });
  const tall = ((MAPS / 2 - 4 + MAPS) * height) / width + 76;
  let map = null, values = null;
  const plane = addCanvas(demo, {
    width: PLANE, height: PLANE_TALL, maxWidth: 400, label: "Plane of true speed and end-point error, one dot per pixel, with the limits of the outliers",
    draw: (context, colors) => { const now = settings(); drawPlane(context, colors, { ...now, errors: errors[now.name], speeds }); },
  });
  const maps = addCanvas(demo, {
    width: MAPS, height: tall, maxWidth: 360, label: "True and estimated flow in colours, and a map of the outliers",
    draw: (context, colors) => {
      const { name, rule, open } = settings();
      drawMaps(context, colors, tall, { truth: pictures.truth, guess: pictures[name], name, map, heats: rule === "epe" || !open, value: open ? shown(rule, values[rule][name === "A" ? 0 : 1]) : "" });
    },
  });
  const lines = addLines(demo, plane);
  addChoice(demo, "estimate", { label: "Estimate", options: [["A", "A"], ["B", "B"]] });
  addChoice(demo, "rule", { label: "Wrong means", options: RULES });
  addSlider(demo, "px", { label: "px", min: 0.5, max: 10, step: 0.25, format: (v) => `${v} px` });
  const percent = addSlider(demo, "pct", { label: "%", min: 1, max: 20, step: 0.5, format: (v) => `${v} %` });
  addPublished(demo);
  const second = el("div", { class: "kd-stage kd-second" });
  demo.status.after(second);
  const showScores = addScores(demo, second), wheel = addWheel(demo, second, top);

  const compare = () => {
    const { name, rule, px, pct, open } = settings(), k = name === "A" ? 0 : 1;
    values = Object.fromEntries(ROWS.map(([r]) => [r, ["A", "B"].map((n) => score(errors[n], speeds, r, px, pct))]));
    set({ scores: values[rule] });
    map = outlierPicture(errors[name], speeds, { rule, px, pct, open }, width, height);
    showScores(values, rule, open);
    if (rule === "and" && values.and[1] > values.and[0]) achieve("swap");
    if (rule === "or" && values.or[k] > 0.5 && values.and[k] < 0.1) achieve("trap");
    for (const [line, handle] of Object.entries(lines)) { handle.button.hidden = rule === "epe" || (line === "pct" && rule === "px"); handle.show(); }
    percent.disabled = rule === "px" || rule === "epe";
    maps.redraw();
    plane.redraw();
  };
  const tell = () => {
    const { rule, open } = settings(), [u, v] = model.get("direction"), [a, b] = values[rule], goal = model.get("goal");
    const label = ROWS.find(([r]) => r === rule)[1], better = a === b ? "equal" : `${a < b ? "A" : "B"} is better`;
    say((open ? `By ${label}: A ${shown(rule, a)}, B ${shown(rule, b)}; ${better}. ` : `Mean error: A ${shown("epe", values.epe[0])}, B ${shown("epe", values.epe[1])}. `) +
      `The wheel's dot means ${directionWords(u, v)}, ${(Math.hypot(u, v) * top).toFixed(0)} px.`);
    if (goal.length && Math.hypot(u, v) > 0.25 && degreesApart([u, v], goal) < 15) achieve("read");
    wheel.handle.show();
    wheel.view.redraw();
  };
  listen(["estimate", "rule", "px", "pct", "prediction"], () => { compare(); tell(); });
  listen("direction", tell);
  compare();
  tell();
  return demo.leave;
}
export default { render };
