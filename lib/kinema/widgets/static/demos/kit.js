// What every demo is made of: a frame with a task, a prediction that comes first, canvases that
// follow the page's colours, handles for pointer and keyboard, and clean leaving.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c != null));
  return node;
}

// JupyterLab binds arrow keys to its own commands; this attribute, on each control, keeps them here.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

export function bytesOf(model, name) {
  const view = model.get(name);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

export function reducedMotion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

// The demo's outer frame. Returns the parts to fill, and `leave`, the cleanup for render to return.
export function openDemo({ model, el: root, title, about }) {
  const undo = [];
  const listen = (names, handler) => {
    for (const name of [].concat(names)) {
      model.on(`change:${name}`, handler);
      undo.push(() => model.off(`change:${name}`, handler));
    }
  };
  const set = (values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  };
  root.classList.add("kinema-demo-live");
  const stage = el("div", { class: "kd-stage" });
  const controls = el("div", { class: "kd-controls" });
  const status = el("p", { class: "kd-status", role: "status", "aria-live": "polite" });
  const head = el("div", { class: "kd-head" }, el("span", { class: "kd-badge" }, "Demo"), el("strong", {}, title));
  const card = el("section", { class: "kd-card", "aria-label": `Demo: ${title}` }, head, el("p", { class: "kd-about" }, about));
  const body = el("div", { class: "kd-body" }, stage, controls, status);
  root.replaceChildren(card);
  const demo = {
    model, root, card, stage, controls, status, listen, set, undo,
    say: (text) => { if (status.textContent !== text) status.textContent = text; },
    leave: () => undo.splice(0).forEach((f) => f()),
  };
  addPrediction(demo, body);
  card.append(body);
  addTasks(demo, body);
  return demo;
}

// The reader commits before the controls unlock; skipping is allowed and recorded as such.
function addPrediction(demo, body) {
  const { model, card, set, listen } = demo;
  const ask = model.get("ask"), options = model.get("options");
  if (!ask) return;
  const outcome = el("p", { class: "kd-outcome", role: "status" });
  const buttons = options.map((option, k) =>
    el("button", { type: "button", class: "kd-option", "aria-pressed": "false", onclick: () => set({ prediction: option }), ...OWN_KEYS }, option));
  const skip = el("button", { type: "button", class: "kd-skip", onclick: () => set({ prediction: "(skipped)" }), ...OWN_KEYS }, "Skip the guess");
  const box = el("div", { class: "kd-predict", role: "group", "aria-label": "Your prediction" },
    el("p", { class: "kd-ask" }, ask), el("div", { class: "kd-options" }, ...buttons, skip), outcome);
  card.append(box);
  const show = () => {
    const chosen = model.get("prediction"), answered = chosen !== "";
    body.inert = !answered;
    body.classList.toggle("kd-locked", !answered);
    box.classList.toggle("kd-answered", answered);
    buttons.forEach((b, k) => b.setAttribute("aria-pressed", String(options[k] === chosen)));
    const said = chosen === "(skipped)" ? "You skipped the guess. " : `You said: ${chosen}. `;
    outcome.textContent = answered ? said + model.get("reveal") : "Choose first; the demo unlocks then.";
  };
  listen("prediction", show);
  show();
}

// Tasks that can be failed. A demo calls demo.achieve("id") when one is met; they stay met.
function addTasks(demo, body) {
  const { model, listen, set } = demo;
  const tasks = model.get("tasks");
  demo.achieve = (id) => {
    const done = model.get("done");
    if (!done.includes(id) && Object.hasOwn(tasks, id) && model.get("prediction") !== "") set({ done: [...done, id] });
  };
  if (!Object.keys(tasks).length) return;
  const items = Object.entries(tasks).map(([id, text]) => {
    const mark = el("span", { class: "kd-mark", "aria-hidden": "true" });
    const state = el("span", { class: "kd-hidden" });
    return { id, mark, state, node: el("li", {}, mark, state, el("span", {}, text)) };
  });
  body.append(el("ul", { class: "kd-tasks", "aria-label": "Tasks" }, ...items.map((i) => i.node)));
  const show = () => {
    const done = model.get("done");
    for (const { id, mark, state, node } of items) {
      const met = done.includes(id);
      node.classList.toggle("kd-done", met);
      mark.textContent = met ? "✓" : "○";
      state.textContent = met ? "done: " : "to do: ";
    }
  };
  listen("done", show);
  show();
}

// A canvas of width x height units that is sharp on any screen and follows the page's theme.
// draw(context, colors) paints in those units. Returns { node, canvas, redraw, unit }.
// By how much words grow in a canvas that is shown at `shown` of its own size: on a phone they must stay legible.
export function enlargement(shown) {
  return Math.min(1.45, Math.max(1, 0.8 / shown));
}

export function addCanvas(demo, { width, height, label, draw, parent = demo.stage, maxWidth = width }) {
  const canvas = el("canvas", { role: "img", "aria-label": label });
  const node = el("div", { class: "kd-canvas", style: `max-width:${maxWidth}px;aspect-ratio:${width}/${height}` }, canvas);
  parent.append(node);
  let queued = 0;
  const paint = () => {
    queued = 0;
    const box = node.getBoundingClientRect();
    const scale = Math.max(1, ((box.width || width) / width) * (window.devicePixelRatio || 1));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.enlarge = enlargement((box.width || width) / width);
    draw(context, themeColors(demo.root));
  };
  const redraw = () => { if (!queued) queued = requestAnimationFrame(paint); };
  const sizes = new ResizeObserver(redraw);
  sizes.observe(node);
  const theme = new MutationObserver(redraw);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  demo.undo.push(() => { sizes.disconnect(); theme.disconnect(); cancelAnimationFrame(queued); });
  redraw();
  const unit = (event) => {
    const box = node.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
  };
  return { node, canvas, redraw, unit, width, height };
}

export function themeColors(root) {
  const style = getComputedStyle(root), colors = {};
  for (const name of ["ink", "paper", "muted", "rule", "blue", "orange", "green", "purple"]) {
    colors[name] = style.getPropertyValue(`--kinema-${name}`).trim() || "#888";
  }
  return colors;
}

// A point to drag on a canvas, or to move with the arrow keys (Shift: ten steps).
// place() gives its position in canvas units, move([x, y]) is asked to go there; step in canvas units.
export function addHandle(demo, view, { label, place, move, step = 1, describe = () => "" }) {
  const button = el("button", { type: "button", class: "kd-handle", "aria-label": label, ...OWN_KEYS });
  view.node.append(button);
  const show = () => {
    const [x, y] = place();
    button.style.left = `${(100 * x) / view.width}%`;
    button.style.top = `${(100 * y) / view.height}%`;
    button.setAttribute("aria-description", describe());
  };
  button.addEventListener("keydown", (event) => {
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const d = directions[event.key];
    if (!d) return;
    event.preventDefault();
    event.stopPropagation();
    const size = step * (event.shiftKey ? 10 : 1), [x, y] = place();
    move([x + d[0] * size, y + d[1] * size]);
  });
  const start = (event) => {
    if (event.button) return;
    event.preventDefault();
    button.focus({ preventScroll: true });
    view.node.setPointerCapture(event.pointerId);
    const go = (e) => move(view.unit(e));
    const drag = new AbortController(), { signal } = drag;
    view.node.addEventListener("pointermove", go, { signal });
    for (const end of ["pointerup", "pointercancel"]) view.node.addEventListener(end, () => drag.abort(), { signal });
    if (event.currentTarget === view.node) go(event);
  };
  button.addEventListener("pointerdown", (event) => { event.stopPropagation(); start(event); });
  show();
  return { button, show, grabAnywhere: () => { view.node.classList.add("kd-grab"); view.node.addEventListener("pointerdown", start); } };
}

// `follows`: other traits that its words depend on.
export function addSlider(demo, name, { label, min, max, step, format = (v) => v, parent = demo.controls, follows = [] }) {
  const value = el("output", { class: "kd-value", "aria-live": "off" });
  const input = el("input", { type: "range", min, max, step, "aria-label": label, ...OWN_KEYS });
  parent.append(el("label", { class: "kd-slider" }, el("span", {}, label), input, value));
  input.addEventListener("input", () => demo.set({ [name]: Number(input.value) }));
  const show = () => {
    input.value = demo.model.get(name);
    value.textContent = format(demo.model.get(name));
    input.setAttribute("aria-valuetext", String(format(demo.model.get(name))));
  };
  demo.listen([name, ...follows], show);
  show();
  return input;
}

export function addChoice(demo, name, { label, options, parent = demo.controls }) {
  const group = el("div", { class: "kd-choice", role: "group", "aria-label": label }, el("span", {}, label));
  const buttons = options.map(([value, text]) =>
    el("button", { type: "button", onclick: () => demo.set({ [name]: value }), ...OWN_KEYS }, text));
  group.append(...buttons);
  parent.append(group);
  const show = () => buttons.forEach((b, k) => b.setAttribute("aria-pressed", String(options[k][0] === demo.model.get(name))));
  demo.listen(name, show);
  show();
  return buttons;
}

export function addButton(demo, text, action, parent = demo.controls) {
  const button = el("button", { type: "button", class: "kd-button", onclick: action, ...OWN_KEYS }, text);
  parent.append(button);
  return button;
}

// Animation that can be paused and stepped, rests while out of view, and starts paused for readers
// who ask for reduced motion. tick(seconds) advances the demo's clock.
// `preview` seconds run before the prediction is made, so that there is something to predict.
export function addPlayer(demo, tick, { stepSeconds = 0.2, preview = 0 } = {}) {
  const locked = () => demo.model.get("prediction") === "";
  let playing = !reducedMotion() && (!locked() || preview > 0), visible = true, last = 0, request = 0, seen = 0;
  const button = addButton(demo, "", () => { playing = !playing; show(); });
  addButton(demo, "Step", () => { playing = false; show(); tick(stepSeconds); });
  const frame = (now) => {
    request = 0;
    if (!playing || !visible) return;
    const seconds = last ? Math.min((now - last) / 1000, 0.1) : 0;
    if (seconds) tick(seconds);
    if (locked() && (seen += seconds) > preview) { playing = false; return show(); }
    last = now;
    request = requestAnimationFrame(frame);
  };
  const show = () => {
    button.textContent = playing ? "Pause" : "Play";
    last = 0;
    if (playing && visible && !request) request = requestAnimationFrame(frame);
  };
  const watch = new IntersectionObserver((entries) => { visible = entries[entries.length - 1].isIntersecting; show(); });
  watch.observe(demo.card);
  demo.listen("prediction", () => { playing = !reducedMotion(); show(); });
  demo.undo.push(() => { watch.disconnect(); cancelAnimationFrame(request); playing = false; });
  show();
  return { playing: () => playing, play: () => { playing = true; show(); }, pause: () => { playing = false; show(); } };
}

// ---- drawing ----

export function arrow(context, x0, y0, x1, y1, color, width = 2.5) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = width;
  if (length < 1) { context.beginPath(); context.arc(x0, y0, width, 0, 7); context.fill(); return; }
  const head = Math.min(4 * width, length), dx = (x1 - x0) / length, dy = (y1 - y0) / length;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1 - dx * head * 0.8, y1 - dy * head * 0.8);
  context.stroke();
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x1 - dx * head - dy * head * 0.45, y1 - dy * head + dx * head * 0.45);
  context.lineTo(x1 - dx * head + dy * head * 0.45, y1 - dy * head - dx * head * 0.45);
  context.fill();
}

export function text(context, words, x, y, color, { align = "left", size = 13, bold = false } = {}) {
  context.fillStyle = color;
  context.font = fontOf(context, size, bold);
  context.textAlign = align;
  const { a, b, e } = context.getTransform();
  if (Math.abs(b) > 1e-6) return context.fillText(words, x, y);                  // turned: nothing is known of its room
  const before = x + e / a, after = context.canvas.width / a - before;
  const room = { left: after, right: before, center: 2 * Math.min(before, after) }[align] - 2;
  context.fillText(words, x, y, Math.max(room, 20));
}

function fontOf(context, size, bold) {
  const family = getComputedStyle(context.canvas).fontFamily || "sans-serif";
  return `${bold ? "600 " : ""}${size * (context.enlarge || 1)}px ${family}`;
}

// Legend lines on their own ground: [words, color] each, from the upper left corner (x, y).
export function legend(context, colors, lines, x = 8, y = 18) {
  const line = 17 * (context.enlarge || 1);
  context.font = fontOf(context, 13, true);
  const wide = Math.max(...lines.map(([words]) => context.measureText(words).width));
  context.globalAlpha = 0.85;
  context.fillStyle = colors.paper;
  context.fillRect(x - 5, y - line + 3, wide + 10, line * lines.length + 4);
  context.globalAlpha = 1;
  lines.forEach(([words, color], k) => text(context, words, x, y + line * k, color, { bold: true }));
}

// A frame of bytes as an ImageBitmap-like canvas: `channels` 1 (gray) or 3.
export function pictureOf(bytes, width, height, channels = 1) {
  const picture = document.createElement("canvas");
  picture.width = width;
  picture.height = height;
  const data = new ImageData(width, height);
  for (let k = 0; k < width * height; k++) {
    for (let c = 0; c < 3; c++) data.data[4 * k + c] = bytes[k * channels + (channels >= 3 ? c : 0)];
    data.data[4 * k + 3] = 255;
  }
  picture.getContext("2d").putImageData(data, 0, 0);
  return picture;
}

export function drawPicture(context, picture, x, y, width, height) {
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, x, y, width, height);
}

// The (u, v) plane in a square of `side` at (x0, y0), |u|, |v| <= reach. Returns plane -> canvas.
export function velocityPlane(context, colors, x0, y0, side, reach) {
  const at = ([u, v]) => [x0 + side / 2 + (u / reach) * (side / 2), y0 + side / 2 + (v / reach) * (side / 2)];
  context.lineWidth = 1;
  context.strokeStyle = colors.rule;
  for (let k = -Math.floor(reach); k <= reach; k++) {
    const [x, y] = at([k, k]);
    context.beginPath();
    context.moveTo(x, y0); context.lineTo(x, y0 + side);
    context.moveTo(x0, y); context.lineTo(x0 + side, y);
    context.stroke();
  }
  context.strokeStyle = colors.muted;
  const [ox, oy] = at([0, 0]);
  context.beginPath();
  context.moveTo(ox, y0); context.lineTo(ox, y0 + side);
  context.moveTo(x0, oy); context.lineTo(x0 + side, oy);
  context.stroke();
  text(context, "u", x0 + side - 12, oy - 6, colors.muted);
  text(context, "v", ox + 6, y0 + side - 6, colors.muted);
  return at;
}

// Ellipse of a covariance [xx, xy, yy] at `sigmas` standard deviations, in canvas units per pixel `unit`.
export function ellipse(context, [cx, cy], [xx, xy, yy], unit, color, sigmas = 2) {
  const half = (xx + yy) / 2, radius = Math.hypot((xx - yy) / 2, xy);
  const a = sigmas * Math.sqrt(half + radius) * unit, b = sigmas * Math.sqrt(Math.max(half - radius, 0)) * unit;
  context.beginPath();
  context.ellipse(cx, cy, Math.min(a, 4000), Math.min(b, 4000), Math.atan2(2 * xy, xx - yy) / 2, 0, 2 * Math.PI);
  context.globalAlpha = 0.18;
  context.fillStyle = color;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke();
}

// A dark-to-bright colour for t from 0 to 1, readable without hue: [red, green, blue] in bytes.
export function heat(t) {
  const stops = [[20, 16, 46], [96, 26, 106], [188, 55, 84], [240, 120, 40], [250, 190, 70], [252, 250, 190]];
  const place = Math.min(Math.max(t, 0), 1) * (stops.length - 1), k = Math.min(Math.floor(place), stops.length - 2);
  return [0, 1, 2].map((c) => Math.round(stops[k][c] + (place - k) * (stops[k + 1][c] - stops[k][c])));
}

// Numbers as a picture in the colours of `heat`, `top` being the brightest; NaN is grey.
export function mapPicture(values, width, height, top) {
  const bytes = new Uint8Array(3 * width * height);
  values.forEach((value, k) => bytes.set(Number.isNaN(value) ? [128, 128, 128] : heat(value / top), 3 * k));
  return pictureOf(bytes, width, height, 3);
}

// The scale of such a map: a bar of `width` from (x, y) with its two ends in words.
export function heatScale(context, colors, x, y, width, low, high) {
  for (let k = 0; k < width; k++) { context.fillStyle = `rgb(${heat(k / width)})`; context.fillRect(x + k, y, 1.5, 8); }
  text(context, low, x, y + 21, colors.muted, { size: 12 });
  text(context, high, x + width, y + 21, colors.muted, { size: 12, align: "right" });
}
