import { addCanvas, addChoice, addSlider, openDemo, text } from "./kit.js";

const WIDTH = 600, HEIGHT = 376, SIZE = 33;
const KERNELS = { edge: [-1, 0, 1], bar: [-0.5, 1, -0.5], blur: [0.25, 0.5, 0.25] };

// Filter over `depth` rows made of one over a single row.
export function inflated(kernel, depth, mode) {
  return Array.from({ length: depth }, (_, t) =>
    kernel.map((w) => (mode === "centre" ? (t === (depth - 1) / 2 ? w : 0) : mode === "divided" ? w / depth : w)));
}

// A bar 5 pixels wide with soft ends, `speed` pixels a frame to the right, in the middle at the middle frame: rows are frames.
export function barClip(size, speed) {
  const middle = (size - 1) / 2;
  return Array.from({ length: size }, (_, t) => Array.from({ length: size }, (_, x) => 1 / (1 + Math.exp(4 * (Math.abs(x - middle - speed * (t - middle)) - 2.5)))));
}

// Correlation of a clip with rows of a filter; ends are repeated, in time and in space.
export function respond(clip, rows) {
  const size = clip.length, at = Math.floor(rows.length / 2), inside = (v) => Math.max(0, Math.min(size - 1, v));
  return clip.map((row, t) => row.map((_, x) =>
    rows.reduce((sum, kernel, dt) => sum + kernel.reduce((part, w, dx) => part + w * clip[inside(t + dt - at)][inside(x + dx - 1)], 0), 0)));
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "From pictures to clips", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const peak = (picture) => Math.max(...picture[(SIZE - 1) / 2].map(Math.abs));
  const state = () => {
    const kernel = KERNELS[model.get("kernel")], rows = inflated(kernel, model.get("depth"), model.get("mode"));
    const clip = barClip(SIZE, model.get("speed"));
    return { rows, clip, flat: respond(clip, [kernel]), deep: respond(clip, rows) };
  };
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "The clip, the inflated filter, and the answers of both filters, over x and time",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const { rows, clip, flat, deep } = state(), top = Math.max(peak(flat), peak(deep), 1e-9);
      const panel = (picture, x0, title, signed) => {
        text(context, title, x0, 18, colors.ink, { bold: true });
        const unit = 186 / SIZE;
        picture.forEach((row, t) => row.forEach((v, x) => {
          const share = signed ? v / top : v, level = Math.round(255 * Math.min(1, Math.abs(share)));
          context.fillStyle = signed ? (share < 0 ? `rgba(199,84,0,${level / 255})` : `rgba(0,102,170,${level / 255})`) : `rgb(${level},${level},${level})`;
          context.fillRect(x0 + x * unit, 26 + t * unit, unit + 0.4, unit + 0.4);
        }));
        context.strokeStyle = colors.rule;
        context.lineWidth = 1;
        context.strokeRect(x0, 26, 186, 186);
      };
      panel(clip, 8, "clip, time ↓", false);
      panel(flat, 207, "2D, row by row", true);
      panel(deep, 406, "inflated", true);
      text(context, `peak ${peak(flat).toFixed(2)}`, 207, 230, colors.muted);
      text(context, `peak ${peak(deep).toFixed(2)}`, 406, 230, colors.muted);
      text(context, "the inflated filter", 8, 230, colors.ink, { bold: true });
      const cell = 19;
      rows.forEach((row, t) => row.forEach((w, x) => {
        context.fillStyle = w < 0 ? `rgba(199,84,0,${Math.min(1, Math.abs(w))})` : `rgba(0,102,170,${Math.min(1, w)})`;
        context.fillRect(8 + x * 62, 238 + t * cell, 60, cell - 2);
        text(context, w.toFixed(2), 38 + x * 62, 251 + t * cell, colors.ink, { align: "center", size: 11 });
      }));
    },
  });
  addChoice(demo, "kernel", { label: "Filter", options: [["edge", "edge"], ["bar", "bar"], ["blur", "blur"]] });
  addChoice(demo, "mode", { label: "Inflate", options: [["undivided", "copy"], ["divided", "copy and divide"], ["centre", "centre only"]] });
  addSlider(demo, "depth", { label: "Depth", min: 1, max: 7, step: 2, format: (v) => `${v} frame${v === 1 ? "" : "s"}` });
  addSlider(demo, "speed", { label: "Speed", min: 0, max: 4, step: 0.5, format: (v) => `${v.toFixed(1)} px/frame` });
  const update = () => {
    const { flat, deep } = state(), ratio = peak(deep) / peak(flat), speed = model.get("speed"), depth = model.get("depth"), mode = model.get("mode");
    set({ ratio });
    say(`${speed === 0 ? "Still" : "Moving"} clip: the inflated filter answers ${ratio.toFixed(2)} times as strongly as the picture's filter.`);
    if (speed === 0 && depth >= 5 && mode === "divided") achieve("same");
    if (speed > 0 && mode === "divided" && ratio < 0.5) achieve("faint");
    if (speed > 0 && mode === "centre" && depth > 1) achieve("deaf");
    view.redraw();
  };
  listen(["kernel", "mode", "depth", "speed", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
