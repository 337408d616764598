import { addButton, addCanvas, addChoice, addHandle, addPlayer, addSlider, arrow, bytesOf, drawPicture, el, openDemo, reducedMotion, text } from "./kit.js";
import { openFlow } from "./pyramidal.js";
import { flowColors } from "./wheel.js";

const RATE = 15; // pairs of the clip a second
const WIDE = 160; // pixels of the camera's frame, which is cut to the clip's shape
const SIDE = 480, KEY = 150;
const STILL = 0.3, MOVING = 1, FAST = 5; // pixels a frame
const CHANGE = 3 / 255; // mean brightness difference that is more than a camera's noise

// Brightness in [0, 1] of pixels of four bytes: the mean of the three channels, as kinema.data has it.
export function grayOf(rgba, out = new Float64Array(rgba.length / 4)) {
  for (let k = 0, j = 0; k < out.length; k++, j += 4) out[k] = (rgba[j] + rgba[j + 1] + rgba[j + 2]) / 765;
  return out;
}

// How much the two frames differ on average, and which part of that is left once the second is pulled back
// along the flow, over the pixels whose arrows end in the frame.
export function unexplained(I0, I1, u, v, width, height) {
  let change = 0, left = 0, inside = 0;
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++, k++) {
      change += Math.abs(I1[k] - I0[k]);
      const a = x + u[k], b = y + v[k];
      if (!(a >= 0 && a <= width - 1 && b >= 0 && b <= height - 1)) continue;
      const x0 = Math.min(Math.floor(a), width - 2), y0 = Math.min(Math.floor(b), height - 2), s = a - x0, t = b - y0, j = y0 * width + x0;
      left += Math.abs((1 - t) * ((1 - s) * I1[j] + s * I1[j + 1]) + t * ((1 - s) * I1[j + width] + s * I1[j + width + 1]) - I0[k]);
      inside++;
    }
  }
  change /= I0.length;
  return { change, part: change > 0 && inside > 0 ? left / inside / change : 0 };
}

// Mean motion, and mean speed.
export function meanMotion(u, v) {
  const n = u.length, flow = [0, 0];
  let speed = 0;
  for (let k = 0; k < n; k++) { flow[0] += u[k] / n; flow[1] += v[k] / n; speed += Math.sqrt(u[k] * u[k] + v[k] * v[k]) / n; }
  return { flow, speed };
}

const inWords = ([u, v]) => `${Math.abs(u).toFixed(1)} px ${u < 0 ? "left" : "right"}, ${Math.abs(v).toFixed(1)} px ${v < 0 ? "up" : "down"}`;

// ---- the flow of what comes in ----

// Two frames of one size and their flow; `taken()` moves the newer frame to the older place.
function openPair(width, height) {
  const n = width * height, picture = () => Object.assign(document.createElement("canvas"), { width, height });
  const pair = {
    width, height, I0: new Float64Array(n), I1: new Float64Array(n), u: new Float64Array(n), v: new Float64Array(n), ready: false, ms: 0,
    frame: picture(), flow: picture(), pixels: new ImageData(width, height), solver: null, stamps: [],
  };
  pair.setUp = (options) => { pair.solver = openFlow(width, height, options); };
  pair.taken = () => { [pair.I0, pair.I1] = [pair.I1, pair.I0]; };
  pair.solve = () => {
    const start = performance.now();
    Object.assign(pair, pair.solver.solve(pair.I0, pair.I1));
    const now = performance.now();
    pair.ms = now - start;
    pair.stamps.push(now);
    while (pair.stamps[0] < now - 2000) pair.stamps.shift();
    pair.ready = true;
  };
  pair.perSecond = () => {
    const { stamps } = pair, span = stamps[stamps.length - 1] - stamps[0];
    return stamps.length > 1 ? (1000 * (stamps.length - 1)) / span : 0;
  };
  return pair;
}

// The frame and what the view shows of its flow, as small pictures.
function paintPair(pair, view, topSpeed) {
  const { data } = pair.pixels, { I0, u, v } = pair;
  const put = (canvas) => canvas.getContext("2d").putImageData(pair.pixels, 0, 0);
  const gray = (level) => {
    for (let k = 0, j = 0; k < I0.length; k++, j += 4) { data[j] = data[j + 1] = data[j + 2] = level(k); data[j + 3] = 255; }
  };
  gray((k) => 255 * I0[k]);
  put(pair.frame);
  if (view === "colours") flowColors(u, v, topSpeed, data);
  if (view === "speed") gray((k) => (255 * Math.sqrt(u[k] * u[k] + v[k] * v[k])) / topSpeed);
  put(pair.flow);
}

function drawArrows(context, pair, topSpeed, unit) {
  const apart = Math.max(6, Math.round(pair.width / 18)), longer = (1.2 * apart) / topSpeed;
  for (let y = apart >> 1; y < pair.height; y += apart) {
    for (let x = apart >> 1; x < pair.width; x += apart) {
      const k = y * pair.width + x, a = (x + 0.5) * unit, b = (y + 0.5) * unit;
      arrow(context, a, b, a + longer * pair.u[k] * unit, b + longer * pair.v[k] * unit, "#ffd23f", 1.8);
    }
  }
}

// ---- where frames come from ----

function openClip(model) {
  const [count, height, width] = model.get("shape"), bytes = bytesOf(model, "frames"), n = width * height;
  const frame = (k, out) => { for (let j = 0; j < n; j++) out[j] = bytes[k * n + j] / 255; };
  const second = (k) => (model.get("closed") ? (k + model.get("every")) % count : Math.min(k + model.get("every"), count - 1));
  return {
    width, height, count, second,
    load: (k, pair) => { frame(k, pair.I0); frame(second(k), pair.I1); },
    after: (k) => (model.get("closed") || k + 2 * model.get("every") < count ? second(k) : 0),
  };
}

const PATIENCE = 8000;  // milliseconds until the first picture
const REFUSALS = {
  NotAllowedError: "The camera was not allowed. If you change your mind, allow it in the browser's address bar and press the button again.",
  NotFoundError: "No camera was found.",
  NotReadableError: "The camera is there but gives no picture: another program may be using it.",
};

// A camera that is asked for by `start` alone. Its frames stay in this page; `stop` releases it.
function openCamera({ width, height, onGiven, onStart, onEnd }) {
  let stream = null, asked = 0, waiting = 0;
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  const camera = { on: false, asking: false, given: false, fresh: false, width, height };
  const surface = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
  const onFrame = (f) => (video.requestVideoFrameCallback ? video.requestVideoFrameCallback(f) : setTimeout(f, 40));
  const watch = (turn) => { if (turn === asked) { camera.fresh = true; onFrame(() => watch(turn)); } };
  const release = (s) => s.getTracks().forEach((track) => track.stop());
  camera.start = async () => {
    const turn = ++asked;
    camera.asking = true;
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new Error("insecure");
      const wanted = { width: { ideal: 640 }, aspectRatio: { ideal: width / height }, facingMode: "user" };
      const given = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      if (turn !== asked) return release(given); // stopped while the browser was asking
      stream = given;
      const lost = () => { if (stream === given) camera.stop("The camera was taken away."); };
      stream.getTracks().forEach((track) => track.addEventListener("ended", lost));
      video.srcObject = stream;
      camera.given = true;
      onGiven();
      // A camera that is on and sends nothing would keep play() waiting for ever.
      const late = new Promise((_, fail) => { waiting = setTimeout(() => fail(new DOMException("", "NotReadableError")), PATIENCE); });
      await Promise.race([video.play(), late]);
      clearTimeout(waiting);
      if (turn !== asked) return;
      camera.asking = false;
      camera.on = true;
      watch(turn);
      onStart();
    } catch (error) {
      if (turn !== asked) return;
      camera.stop(REFUSALS[error?.name] || (error?.message === "insecure"
        ? "A browser lends its camera only to pages on https or on this computer (localhost); this page is neither. The clip needs no camera."
        : `The camera did not start (${error?.name}).`));
    }
  };
  camera.stop = (why = "") => {
    asked++;
    clearTimeout(waiting);
    if (stream) release(stream);
    stream = video.srcObject = null;
    camera.on = camera.asking = camera.given = camera.fresh = false;
    onEnd(why);
  };
  camera.live = () => camera.on || camera.asking;
  // Brightness of the newest frame, its middle cut to shape; false if it was read before, unless `again` will do.
  camera.read = (mirror, out, again) => {
    if (!camera.on || video.readyState < 2 || !(camera.fresh || again)) return false;
    camera.fresh = false;
    const { videoWidth, videoHeight } = video, part = Math.min(videoWidth / width, videoHeight / height), w = part * width, h = part * height;
    surface.setTransform(mirror ? -1 : 1, 0, 0, 1, mirror ? width : 0, 0);
    surface.drawImage(video, (videoWidth - w) / 2, (videoHeight - h) / 2, w, h, 0, 0, width, height);
    grayOf(surface.getImageData(0, 0, width, height).data, out);
    return true;
  };
  return camera;
}

// ---- the demo ----

function addViews(demo, state) {
  const { model } = demo, wheel = wheelPicture(), tall = (SIDE * state.clip.height) / state.clip.width;
  const main = addCanvas(demo, {
    width: SIDE, height: tall, maxWidth: 560, label: "The picture, with its flow as the chosen view shows it",
    draw: (context, colors) => {
      const { pair } = state, arrows = model.get("view") === "arrows";
      drawPicture(context, arrows ? pair.frame : pair.flow, 0, 0, SIDE, tall);
      if (arrows && pair.ready) drawArrows(context, pair, model.get("top_speed"), SIDE / pair.width);
      context.strokeStyle = colors.rule; // a still picture is white, as the paper is
      context.strokeRect(0.5, 0.5, SIDE - 1, tall - 1);
    },
  });
  const key = addCanvas(demo, {
    width: KEY, height: tall, maxWidth: KEY, label: "The frame itself, and the key to the view",
    draw: (context, colors) => {
      const { pair } = state, small = Math.min(KEY / pair.width, 88 / pair.height), top = model.get("top_speed"), view = model.get("view");
      context.clearRect(0, 0, KEY, tall);
      drawPicture(context, pair.frame, (KEY - pair.width * small) / 2, 0, pair.width * small, pair.height * small);
      const y = 100, radius = (tall - y - 46) / 2, middle = KEY / 2;
      if (view === "colours") {
        drawPicture(context, wheel, middle - radius, y, 2 * radius, 2 * radius);
        text(context, "colour is direction", middle, tall - 24, colors.ink, { align: "center" });
        text(context, `rim ${top} px, faster darker`, middle, tall - 6, colors.muted, { align: "center" });
      } else if (view === "speed") {
        const ramp = context.createLinearGradient(8, 0, KEY - 8, 0);
        ramp.addColorStop(0, "#000"); ramp.addColorStop(1, "#fff");
        context.fillStyle = ramp;
        context.strokeStyle = colors.muted;
        context.fillRect(8, y + 20, KEY - 16, 22);
        context.strokeRect(8, y + 20, KEY - 16, 22);
        text(context, "still", 8, y + 60, colors.ink);
        text(context, `${top} px a frame`, KEY - 8, y + 60, colors.ink, { align: "right" });
      } else {
        const length = (1.2 * Math.max(6, Math.round(pair.width / 18)) * main.node.clientWidth) / pair.width / ((key.node.clientWidth || KEY) / KEY);
        arrow(context, middle - length / 2, y + 30, middle + length / 2, y + 30, colors.orange, 2.5);
        text(context, `${top} px a frame`, middle, y + 58, colors.ink, { align: "center" });
      }
    },
  });
  const handle = addHandle(demo, main, {
    label: "Ring: where the motion is read", step: SIDE / state.clip.width,
    place: () => [model.get("point")[0] * SIDE, model.get("point")[1] * tall],
    move: ([x, y]) => demo.set({ point: [x / SIDE, y / tall].map((z) => Math.min(Math.max(z, 0.01), 0.99)) }),
    describe: () => inWords(atRing(state.pair, model.get("point"))),
  });
  handle.button.classList.add("kd-ring");
  handle.grabAnywhere();
  return { redraw: () => { paintPair(state.pair, model.get("view"), model.get("top_speed")); main.redraw(); key.redraw(); }, handle };
}

function wheelPicture(side = 121) {
  const r = (side - 1) / 2, u = new Float64Array(side * side), v = new Float64Array(side * side), data = new ImageData(side, side);
  for (let k = 0; k < u.length; k++) { u[k] = (k % side) - r; v[k] = Math.floor(k / side) - r; }
  flowColors(u, v, r, data.data);
  for (let k = 0; k < u.length; k++) if (u[k] * u[k] + v[k] * v[k] > r * r) data.data[4 * k + 3] = 0;
  const picture = Object.assign(document.createElement("canvas"), { width: side, height: side });
  picture.getContext("2d").putImageData(data, 0, 0);
  return picture;
}

function atRing({ width, height, u, v }, [a, b]) {
  const k = Math.min(Math.floor(b * height), height - 1) * width + Math.min(Math.floor(a * width), width - 1);
  return [u[k], v[k]];
}

// Numbers of the pair that is shown: to the traits, to the tasks, to the text. A film that runs tells them beside
// the picture; what is announced changes only when the reader changes something.
function makeReport(demo, state, player) {
  const { model, set, say, achieve } = demo, count = (name, one) => `${model.get(name)} ${one}${model.get(name) === 1 ? "" : "s"}`;
  return (aloud) => {
    const { pair, camera, clip, clock } = state, { I0, I1, u, v, width, height } = pair, playing = player.playing();
    const notice = (words) => say(`${state.notice} ${words}`.trim());
    if (!pair.ready) return notice(playing ? "Your camera starts." : "Your camera is on. Press Play, or Step for one picture at a time.");
    const { flow, speed } = meanMotion(u, v), ring = atRing(pair, model.get("point")), { change, part } = unexplained(I0, I1, u, v, width, height);
    const rate = playing ? pair.perSecond() : 0;
    state.told = clock;
    set({
      flow_mean: flow, ring_flow: ring, speed, unexplained: part, pairs_per_second: rate, ms_per_pair: pair.ms,
      time: clock, source: camera.on ? "camera" : "clip",
    });
    if (change > CHANGE && part > 0.5 && model.get("levels") === 1) achieve("lost");
    if (change > CHANGE && part < 1 / 3 && speed > FAST) achieve("caught");
    if (speed > MOVING && Math.hypot(...ring) < STILL && String(model.get("point")) !== state.firstPoint) achieve("still");
    const cost = `${pair.ms.toFixed(1)} ms for a pair of ${width} × ${height} pixels`;
    const left = `${(100 * part).toFixed(0)} % of the change in brightness unexplained`;
    const numbers = `mean speed ${speed.toFixed(1)} px a frame; at the ring ${inWords(ring)}; ${left}.`;
    state.meter.textContent = playing ? `${rate.toFixed(0)} pairs a second, ${cost}: ${numbers}` : `${cost}.`;
    if (!aloud) return;
    const method = `${count("levels", "level")}, ${count("iterations", "iteration")}, window ${model.get("window")}`;
    if (playing) return notice(`${camera.on ? "Your camera" : "The clip"} is running: ${method}. Pause to hear the numbers.`);
    notice(`${camera.on ? "Your camera" : `Clip, frames ${clock} and ${clip.second(clock)}`}, ${method}: ${numbers}`);
  };
}

function addCameraButtons(demo, state, changed) {
  const { model } = demo;
  const button = addButton(demo, "", () => {
    state.notice = "";
    if (state.camera.live()) state.camera.stop("The camera is off."); else state.camera.start();
    show();
  });
  const mirror = addButton(demo, "Mirror", () => demo.set({ mirror: !model.get("mirror") }));
  const show = () => {
    button.textContent = state.camera.on ? "Stop the camera" : state.camera.given ? "The camera starts (cancel)" : state.camera.asking ? "Waiting for your permission (cancel)" : "Use my camera";
    mirror.hidden = !state.camera.on;
    mirror.setAttribute("aria-pressed", String(model.get("mirror")));
  };
  state.camera = openCamera({
    width: WIDE, height: Math.round((WIDE * state.clip.height) / state.clip.width),
    onGiven: () => show(),
    onStart: () => { show(); changed(); },
    onEnd: (why) => { state.notice = why; show(); changed(); },
  });
  demo.listen("mirror", show);
  show();
}

// A camera is not left on where nobody sees it: the page hidden, the demo scrolled away or removed.
function releaseWhenUnseen(demo, state) {
  const words = "The camera was released when the demo left the screen. Press the button to use it again.";
  const away = () => { if (state.camera.live()) state.camera.stop(words); };
  const hidden = () => { if (document.hidden) away(); };
  const seen = new IntersectionObserver((entries) => { if (!entries[entries.length - 1].isIntersecting) away(); });
  seen.observe(demo.card);
  document.addEventListener("visibilitychange", hidden);
  window.addEventListener("pagehide", away);
  demo.undo.push(() => {
    seen.disconnect();
    document.removeEventListener("visibilitychange", hidden);
    window.removeEventListener("pagehide", away);
    if (state.camera.live()) state.camera.stop();
  });
}

function addSettings(demo) {
  addChoice(demo, "view", { label: "Show", options: [["arrows", "arrows"], ["colours", "colours"], ["speed", "what moves"]] });
  addSlider(demo, "levels", { label: "Levels", min: 1, max: 4, step: 1 });
  addSlider(demo, "iterations", { label: "Iterations", min: 1, max: 4, step: 1 });
  addSlider(demo, "window", { label: "Window", min: 5, max: 21, step: 2, format: (n) => `${n} × ${n}` });
  addSlider(demo, "every", { label: "Take", min: 1, max: 4, step: 1, format: (n) => `every ${["", "2nd ", "3rd ", "4th "][n - 1]}frame` });
  addSlider(demo, "top_speed", { label: "Rim of the wheel", min: 1, max: 16, step: 1, format: (n) => `${n} px` });
}

function render({ model, el: root }) {
  const demo = openDemo({ model, el: root, title: "Optical flow, live", about: model.get("about_text") });
  const clip = openClip(model), state = {
    clip, pair: openPair(clip.width, clip.height), camera: null, meter: null,
    clock: 0, told: 0, // the clip's frame, and the one that the model was told last
    owed: 0, // pairs of the clip that time has run up
    half: false, skipped: 0, // whether a first frame of the camera is there; how many were passed over since
    reported: 0, notice: "", firstPoint: String(model.get("point")),
  };
  const options = () => ({ levels: model.get("levels"), iterations: model.get("iterations"), window: model.get("window") });
  let views = null, report = null, leaving = false;

  // From the clip, the pair that begins at the clock; from the camera, the pair that is there.
  const refresh = (aloud) => {
    if (model.get("time") !== state.told) state.clock = Math.min(Math.max(model.get("time"), 0), clip.count - 1);
    if (!state.camera.on) clip.load(state.clock, state.pair);
    if (!state.camera.on || state.pair.ready) state.pair.solve();
    views.redraw();
    report(aloud);
  };
  const useSource = () => {
    if (leaving || !report) return;
    const { width, height } = state.camera.on ? state.camera : clip;
    state.pair = openPair(width, height);
    state.pair.setUp(options());
    state.half = false;
    if (state.camera.on) takeFrame(true);
    if (state.camera.on && !reducedMotion()) player.play();
    refresh(true);
    views.handle.show();
  };
  const takeFrame = (stepping) => {
    const { pair, camera } = state;
    if (!stepping && camera.fresh && ++state.skipped < model.get("every")) { camera.fresh = false; return false; }
    pair.taken();
    if (!camera.read(model.get("mirror"), pair.I1, stepping)) { pair.taken(); return false; }
    state.skipped = 0;
    if (!state.half) { state.half = true; pair.I0.set(pair.I1); return false; } // one frame is no pair yet
    pair.solve();
    return true;
  };
  const nextOfClip = (seconds) => {
    state.owed += seconds * RATE;
    if (state.owed < 0.999) return false;
    state.owed = Math.min(state.owed - 1, 1);
    state.clock = clip.after(state.clock);
    clip.load(state.clock, state.pair);
    state.pair.solve();
    return true;
  };
  const tick = (seconds) => {
    const stepping = !player.playing();
    if (!(state.camera.on ? takeFrame(stepping) : nextOfClip(seconds))) return;
    views.redraw();
    const now = performance.now(), first = state.pair.stamps.length === 1;
    if (!stepping && !first && now - state.reported < 400) return;
    state.reported = now;
    report(stepping || first);
    views.handle.show();
  };

  views = addViews(demo, state);
  state.meter = el("p", { class: "kd-value" });
  demo.status.before(state.meter);
  addCameraButtons(demo, state, useSource);
  const player = addPlayer(demo, tick, { stepSeconds: 1 / RATE });
  addSettings(demo);
  report = makeReport(demo, state, player);
  state.pair.setUp(options());
  releaseWhenUnseen(demo, state);
  demo.listen(["levels", "iterations", "window"], () => { state.pair.setUp(options()); refresh(true); });
  demo.listen("every", () => refresh(true));
  demo.listen(["view", "top_speed"], () => { views.redraw(); report(true); });
  demo.listen(["point", "prediction"], () => { views.handle.show(); report(true); });
  demo.listen("time", () => { if (model.get("time") !== state.told) refresh(true); });
  demo.listen("mirror", () => { state.half = false; });
  const pressed = () => report(true);
  demo.controls.addEventListener("click", pressed);
  refresh(true);
  // The very frames and flow on the screen, for tests.
  root.kinemaPair = () => {
    const { width, height, I0, I1, u, v, ready } = state.pair, list = (field) => Array.from(field);
    return { width, height, ready, options: options(), I0: list(I0), I1: list(I1), u: list(u), v: list(v) };
  };
  return () => { leaving = true; demo.leave(); delete root.kinemaPair; };
}
export default { render };
