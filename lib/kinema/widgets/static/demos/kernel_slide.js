import { addCanvas, addChoice, addSlider, openDemo, text } from "./kit.js";

const WIDTH = 600, HEIGHT = 330, ROW = 62;

// Frames of each layer, the clip first; no padding in time. A kernel never reads more than there is.
export function framesLeft(mode, depth, layers, frames) {
  const left = [frames];
  for (let k = 0; k < layers; k++) {
    const now = left[k], kernel = mode === "frames" ? 1 : mode === "stacked" ? now : Math.min(depth, now);
    left.push(now - kernel + 1);
  }
  return left;
}

// First and last frame of each layer, the clip first, that output `place` of the last layer depends on.
export function dependence(mode, depth, layers, frames, place) {
  const left = framesLeft(mode, depth, layers, frames), spans = [];
  let first = Math.min(place, left[layers] - 1), last = first;
  for (let k = layers; k >= 0; k--) {
    spans.unshift([first, last]);
    if (k > 0) last += left[k - 1] - left[k];
  }
  return spans;
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Where does time go?", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const state = () => [model.get("mode"), model.get("depth"), model.get("layers"), model.get("frames")];
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "Frames of the clip and of each layer; those that the chosen output depends on are coloured",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const left = framesLeft(...state()), spans = dependence(...state(), model.get("place")), frames = left[0], side = 46;
      const pitch = (WIDTH - 120) / frames;
      left.forEach((count, k) => {
        const y = 16 + k * ROW, start = 110 + ((frames - count) * pitch) / 2;
        text(context, k === 0 ? "clip" : `layer ${k}`, 8, y + 28, colors.ink, { bold: true });
        for (let t = 0; t < count; t++) {
          const [first, last] = spans[k], inside = t >= first && t <= last, x = start + t * pitch;
          context.fillStyle = inside ? (k === left.length - 1 ? colors.orange : colors.blue) : colors.rule;
          context.fillRect(x, y, Math.min(side, pitch - 6), side - 8);
          text(context, String(t), x + Math.min(side, pitch - 6) / 2, y + 24, inside ? colors.paper : colors.muted, { align: "center", bold: inside });
        }
      });
    },
  });
  addChoice(demo, "mode", { label: "Convolve", options: [["frames", "each frame"], ["stacked", "stacked frames"], ["3d", "in 3D"]] });
  const depth = addSlider(demo, "depth", { label: "Kernel", min: 1, max: 8, step: 1, format: (v) => `${v} frame${v === 1 ? "" : "s"} deep` });
  addSlider(demo, "layers", { label: "Layers", min: 1, max: 4, step: 1, format: (v) => `${v}` });
  addSlider(demo, "place", { label: "Output", min: 0, max: 7, step: 1, format: (v) => `frame ${Math.min(v, model.get("left") - 1)} of the last layer`, follows: ["left"] });
  const update = () => {
    const [mode, d, layers, frames] = state(), left = framesLeft(...state()), spans = dependence(...state(), model.get("place"));
    const read = spans[0][1] - spans[0][0] + 1, after = left[layers];
    depth.disabled = mode !== "3d";
    set({ left: after, read });
    const where = after === 1 ? "One frame is left" : `${after} frames are left`;
    const gone = left.findIndex((n) => n === 1);
    const late = gone > 0 && gone < layers ? ` Time is gone after layer ${gone}; the layers above can only look at space.` : "";
    say(`${where} after ${layers} layer${layers === 1 ? "" : "s"}. The chosen output depends on ${read === 1 ? "frame " + spans[0][0] + " alone" : `${read} frames, ${spans[0][0]} to ${spans[0][1]}`}.${late}`);
    if (layers === 1 && after === 1 && mode === "3d" && frames > 1) achieve("collapse");
    if (mode === "3d" && d === 3 && read === 7) achieve("grow");
    if (layers === 3 && read === 1) achieve("alone");
    view.redraw();
  };
  listen(["mode", "depth", "layers", "place", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
