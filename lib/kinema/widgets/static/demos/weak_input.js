import { addCanvas, addChoice, addSlider, bytesOf, drawPicture, openDemo, pictureOf, text } from "./kit.js";
import { pyramidalLucasKanade } from "./pyramidal.js";
import { flowColors } from "./wheel.js";

const WIDTH = 640, SHOWN = 3, LEFT = 92, KINDS = [["rgb", "RGB"], ["half", "half resolution"], ["gray", "gray"], ["difference", "difference"], ["flow", "flow"]];

// Brightness of colours, three numbers a pixel.
export function grayOf(rgb) {
  return Float64Array.from({ length: rgb.length / 3 }, (_, k) => 0.299 * rgb[3 * k] + 0.587 * rgb[3 * k + 1] + 0.114 * rgb[3 * k + 2]);
}

// Half as high and half as wide, each pixel the mean of four.
export function halfOf(rgb, width, height) {
  const w = width / 2, out = new Float64Array((3 * width * height) / 4);
  for (let y = 0; y < height / 2; y++) {
    for (let x = 0; x < w; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (dy, dx) => rgb[3 * ((2 * y + dy) * width + 2 * x + dx) + c];
        out[3 * (y * w + x) + c] = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
      }
    }
  }
  return out;
}

// Each gray frame less the one before it; the first one's is 0.
export function differencesOf(frames) {
  return frames.map((frame, t) => (t ? frame.map((v, k) => v - frames[t - 1][k]) : frame.map(() => 0)));
}

// Numbers that one frame of an input holds.
export function numbersOf(kind, width, height) {
  return { rgb: 3, half: 3 / 4, gray: 1, difference: 1, flow: 2 }[kind] * width * height;
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "What the Fast pathway sees", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const [T, H, W] = model.get("shape"), raw = bytesOf(model, "clip"), filters = model.get("filters");
  const wide = (WIDTH - LEFT - 8) / SHOWN - 8, tall = (wide * H) / W, BELOW = 2 * (tall + 12) + 24, HEIGHT = BELOW + 150;
  const frameAt = (t) => raw.subarray(t * 3 * H * W, (t + 1) * 3 * H * W);
  const scaled = (values, low, high) => Uint8Array.from(values, (v) => Math.min(255, Math.max(0, (255 * (v - low)) / (high - low))));
  // Frames as they are read from, the last one read twice where the film rests.
  const film = () => Array.from({ length: SHOWN + 1 }, (_, k) => frameAt(model.get("film") === "rests" ? model.get("first") : Math.min(T - 1, Math.max(0, model.get("first") - 1 + k))));
  let known = null;
  const seen = () => {
    const key = `${model.get("kind")} ${model.get("film")} ${model.get("first")}`;
    if (known && known.key === key) return known;
    const kind = model.get("kind"), frames = film(), shown = frames.slice(1), grays = frames.map((f) => grayOf(f).map((v) => v / 255));
    const spread = (lists) => Math.max(...lists.map((values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0)));
    let pictures, contrast;
    if (kind === "rgb") [pictures, contrast] = [shown.map((f) => pictureOf(f, W, H, 3)), spread(grays)];
    if (kind === "half") [pictures, contrast] = [shown.map((f) => pictureOf(Uint8Array.from(halfOf(f, W, H)), W / 2, H / 2, 3)), spread(grays)];
    if (kind === "gray") [pictures, contrast] = [grays.slice(1).map((g) => pictureOf(scaled(g, 0, 1), W, H)), spread(grays)];
    if (kind === "difference") {
      const steps = differencesOf(grays).slice(1);
      contrast = spread(steps);
      pictures = steps.map((d) => pictureOf(scaled(d, -0.3, 0.3), W, H));
    }
    if (kind === "flow") {
      const flows = shown.map((_, k) => pyramidalLucasKanade(grays[k], grays[k + 1], W, H));
      contrast = spread(flows.flatMap(({ u, v }) => [u, v]).map((f) => f.map((x) => (Number.isNaN(x) ? 0 : x))));
      pictures = flows.map(({ u, v }) => {
        const colors = flowColors(u, v, 4), bytes = new Uint8Array(3 * W * H);
        for (let k = 0; k < W * H; k++) for (let c = 0; c < 3; c++) bytes[3 * k + c] = colors[4 * k + c];
        return pictureOf(bytes, W, H, 3);
      });
    }
    known = { key, pictures, contrast };
    return known;
  };
  const drawFilters = (context, colors, kind) => {
    const { shape: [n, depth, k], values } = filters[kind], channels = values.length / (n * depth * k * k), room = (WIDTH - LEFT - 8) / n;
    const unit = Math.min(26, (room - 10) / depth);
    for (let f = 0; f < n; f++) {
      for (let t = 0; t < depth; t++) {
        const part = values.slice((f * depth + t) * k * k * channels, (f * depth + t + 1) * k * k * channels);
        let picture;
        if (channels === 2) {
          const u = part.filter((_, i) => i % 2 === 0), v = part.filter((_, i) => i % 2 === 1), found = flowColors(u, v, 127);
          picture = pictureOf(Uint8Array.from({ length: 3 * k * k }, (_, i) => found[4 * Math.floor(i / 3) + (i % 3)]), k, k, 3);
        } else picture = pictureOf(scaled(part, -127, 127), k, k, channels);
        drawPicture(context, picture, LEFT + f * room + t * unit, BELOW + 18, unit - 1.5, unit - 1.5);
      }
    }
  };
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 760, label: "Frames of the clip, the same frames as the Fast pathway sees them, and filters",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const kind = model.get("kind"), { pictures } = seen(), frames = film().slice(1), name = KINDS.find(([k]) => k === kind)[1];
      text(context, "film", 8, 16 + tall / 2, colors.ink, { bold: true });
      text(context, name, 8, 28 + 1.5 * tall, colors.orange, { bold: true });
      frames.forEach((frame, k) => {
        const x = LEFT + k * (wide + 8);
        drawPicture(context, pictureOf(frame, W, H, 3), x, 8, wide, tall);
        drawPicture(context, pictures[k], x, 20 + tall, wide, tall);
      });
      text(context, "filters", 8, BELOW + 34, colors.ink, { bold: true });
      if (filters[kind]) drawFilters(context, colors, kind);
      else text(context, "none were given", LEFT, BELOW + 34, colors.muted);
      text(context, "each: its frames from left to right", LEFT, BELOW + 66, colors.muted, { size: 12 });
      const [one, five, gflops] = model.get("printed")[kind];
      text(context, `Kinetics (quoted): top-1 ${one} %, top-5 ${five} %, ${gflops} GFLOPs`, 8, BELOW + 104, colors.purple, { bold: true });
      text(context, `one frame: ${numbersOf(kind, W, H).toLocaleString("en")} numbers`, 8, BELOW + 130, colors.ink);
    },
  });
  addChoice(demo, "kind", { label: "Show it", options: KINDS });
  addChoice(demo, "film", { label: "The film", options: [["runs", "runs"], ["rests", "rests"]] });
  addSlider(demo, "first", { label: "From frame", min: 0, max: T - SHOWN, step: 1, format: (k) => `${k + 1}` });
  const update = () => {
    const kind = model.get("kind"), { contrast } = seen(), rests = model.get("film") === "rests", printed = model.get("printed");
    const [one, , gflops] = printed[kind], numbers = numbersOf(kind, W, H), name = KINDS.find(([k]) => k === kind)[1];
    set({ numbers, contrast });
    const left = contrast < 1e-9 ? "nothing at all is left" : kind === "flow" ? `its largest number is ${contrast.toFixed(1)} pixels a frame` : `its largest number is ${contrast.toFixed(2)}`;
    say(`${name}, of a film that ${rests ? "rests" : "runs"}: ${numbers.toLocaleString("en")} numbers a frame; ${left}. On Kinetics ${one} % and ${gflops} GFLOPs (quoted).`);
    if (rests && contrast < 1e-9) achieve("vanish");
    if (Object.keys(printed).every((other) => numbersOf(other, W, H) >= numbers)) achieve("fewest");
    if (printed.rgb[2] - gflops > 1 && printed.rgb[0] - one < 0.11) achieve("bargain");
    view.redraw();
  };
  listen(["kind", "film", "first", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
