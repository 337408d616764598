import { addCanvas, addChoice, addSlider, openDemo, text } from "./kit.js";

const WIDTH = 600, HEIGHT = 462, SQUARE = 224, LEFT = 12, TOP = 30;

// Whether output frame i (rows) depends on input frame j after some layers.
export function dependencyOf(mode, frames, kernel, layers) {
  const reach = { "2d": 0, "3d": layers * ((kernel - 1) / 2), attention: frames }[mode];
  return Array.from({ length: frames }, (_, i) => Array.from({ length: frames }, (_, j) => Math.abs(i - j) <= reach));
}

// Multiply-adds of one layer on a clip: 3 x 3 pixels in space, as many channels out as in, attention with all four projections.
export function costOf(way, { frames, side, channels, kernel }) {
  const places = frames * side * side, flat = 9 * places * channels ** 2, project = 4 * places * channels ** 2;
  return {
    "2d": flat,
    "3d": kernel * flat,
    attention: flat + project + 2 * places * frames * channels,
    full: project + 2 * places ** 2 * channels,
  }[way];
}

// A count in words of three digits: 12.3 M, 4.56 G.
export function inWords(count) {
  const [unit, letter] = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]].find(([u]) => count >= u) || [1, ""];
  const value = count / unit;
  return `${value >= 1000 ? value.toFixed(0) : value.toPrecision(3)} ${letter}`.trim();
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Who knows of whom?", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const NAMES = { "2d": "2D convolution", "3d": "3D convolution", attention: "2D and attention over time", full: "attention over all pixels" };
  const SHORT = { "2d": "2D alone", "3d": "3D", attention: "2D + attention", full: "attention over all" };
  const WAYS = Object.keys(NAMES);
  const open = () => model.get("prediction") !== "";
  const now = () => {
    const size = Object.fromEntries(["frames", "side", "channels", "kernel"].map((n) => [n, model.get(n)]));
    const matrix = dependencyOf(model.get("mode"), size.frames, size.kernel, model.get("layers"));
    const place = Math.min(model.get("place"), size.frames - 1), row = matrix[place];
    return { size, matrix, place, first: row.indexOf(true), last: row.lastIndexOf(true), costs: Object.fromEntries(WAYS.map((w) => [w, costOf(w, size)])) };
  };
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "Matrix of which output frame depends on which input frame, and the multiply-adds of four kinds of layer",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const { size, matrix, place, first, last, costs } = now(), cell = SQUARE / size.frames, gap = cell > 6 ? 1 : 0;
      text(context, "input frames →", LEFT, 20, colors.muted, { bold: true });
      matrix.forEach((row, i) => row.forEach((on, j) => {
        context.fillStyle = on ? (i === place ? colors.orange : colors.blue) : colors.rule;
        context.globalAlpha = on ? 1 : 0.5;
        context.fillRect(LEFT + j * cell, TOP + i * cell, cell - gap, cell - gap);
      }));
      context.globalAlpha = 1;
      context.strokeStyle = colors.orange; context.lineWidth = 2;
      context.strokeRect(LEFT - 1.5, TOP + place * cell - 1.5, SQUARE + 2, cell + 2);
      const x = LEFT + SQUARE + 22, layers = model.get("layers"), mode = model.get("mode");
      text(context, NAMES[mode], x, 54, colors.blue, { bold: true });
      text(context, `after ${layers} layer${layers > 1 ? "s" : ""}`, x, 80, colors.ink);
      text(context, `output frame ${place + 1} depends on`, x, 120, colors.orange, { bold: true });
      text(context, first === last ? "itself alone" : `frames ${first + 1} to ${last + 1}`, x, 144, colors.orange, { bold: true });
      const pairs = matrix.flat().filter(Boolean).length;
      text(context, `${pairs} of ${size.frames ** 2} pairs joined`, x, 184, colors.ink);
      text(context, "↓ output frames", LEFT, TOP + SQUARE + 20, colors.muted, { bold: true });
      const y0 = TOP + SQUARE + 58;
      text(context, "multiply-adds of one layer", 8, y0 - 8, colors.ink, { bold: true });
      if (!open()) return text(context, "appear once you have guessed", 8, y0 + 20, colors.muted);
      const low = Math.floor(Math.log10(Math.min(...Object.values(costs)))), top = Math.ceil(Math.log10(Math.max(...Object.values(costs))));
      const along = (v) => 300 + ((Math.log10(v) - low) / (top - low)) * (WIDTH - 340), bottom = y0 + 4 * 28 + 8;
      for (let p = low; p <= top; p++) {
        context.strokeStyle = colors.rule; context.lineWidth = 1;
        context.beginPath(); context.moveTo(along(10 ** p), y0); context.lineTo(along(10 ** p), bottom); context.stroke();
        const word = `${10 ** (((p % 3) + 3) % 3)} ${{ 3: "k", 6: "M", 9: "G", 12: "T" }[p - (p % 3)] || ""}`.trim();
        if ((top - p) % (top - low > 5 ? 2 : 1) === 0) text(context, word, along(10 ** p), bottom + 18, colors.muted, { align: "center", size: 12 });
      }
      const joins = WAYS.filter((w) => w !== "2d"), cheapest = joins.reduce((a, b) => (costs[b] < costs[a] ? b : a));
      WAYS.forEach((way, k) => {
        const y = y0 + 20 + k * 28, chosen = way === mode;
        text(context, SHORT[way], 8, y + 4, chosen ? colors.blue : colors.ink, { bold: chosen });
        text(context, inWords(costs[way]), 286, y + 4, colors.ink, { align: "right", bold: way === cheapest });
        context.fillStyle = chosen ? colors.blue : colors.muted;
        context.beginPath(); context.arc(along(costs[way]), y, chosen ? 7 : 5, 0, 7); context.fill();
      });
    },
  });
  view.canvas.addEventListener("pointerdown", (event) => {
    const [x, y] = view.unit(event), row = Math.floor(((y - TOP) / SQUARE) * model.get("frames"));
    if (x >= LEFT && x < LEFT + SQUARE && row >= 0 && row < model.get("frames")) set({ place: row });
  });
  addChoice(demo, "mode", { label: "Frames joined by", options: [["2d", "2D alone"], ["3d", "3D convolution"], ["attention", "attention over time"]] });
  addSlider(demo, "layers", { label: "Layers", min: 1, max: 16, step: 1 });
  const place = addSlider(demo, "place", { label: "Output frame", min: 0, max: 63, step: 1, format: (v) => v + 1 });
  addChoice(demo, "kernel", { label: "3D over", options: [[3, "3 frames"], [5, "5"], [7, "7"]] });
  addSlider(demo, "frames", { label: "Frames", min: 2, max: 64, step: 1 });
  addSlider(demo, "side", { label: "Pixels", min: 4, max: 64, step: 4, format: (v) => `${v}²` });
  addChoice(demo, "channels", { label: "Channels", options: [8, 16, 32, 64, 128, 256].map((n) => [n, `${n}`]) });
  const update = () => {
    place.max = model.get("frames") - 1;
    if (model.get("place") >= model.get("frames")) return set({ place: model.get("frames") - 1 });
    place.value = model.get("place");
    const { size, matrix, place: row, first, last, costs } = now(), all = matrix.every((r) => r.every(Boolean)), mode = model.get("mode");
    view.redraw();
    const layers = model.get("layers"), who = first === last ? "on itself alone" : `on frames ${first + 1} to ${last + 1}`;
    const words = `${NAMES[mode]}, ${layers} layer${layers > 1 ? "s" : ""}: output frame ${row + 1} depends ${who}.`;
    if (!open()) return say(`${words} What a layer costs appears once you have guessed.`);
    set({ joined: matrix.flat().filter(Boolean).length / size.frames ** 2, macs: costs });
    say(`${words} A layer's multiply-adds: 2D ${inWords(costs["2d"])}, 3D ${inWords(costs["3d"])}, 2D and attention over time ${inWords(costs.attention)}, attention over all pixels ${inWords(costs.full)}.`);
    if (mode === "3d" && size.frames >= 16 && all) achieve("reach");
    if (size.kernel === 3 && costs.attention > costs["3d"]) achieve("dear");
    if (size.kernel === 3 && costs.full < Math.min(costs.attention, costs["3d"])) achieve("full");
  };
  listen(["mode", "layers", "place", "kernel", "frames", "side", "channels", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
