import { matchCosts } from "./flow.js";
import { addCanvas, addHandle, addSlider, bytesOf, drawPicture, openDemo, pictureOf, text } from "./kit.js";

const SIDE = 330;

// Motions that match within `tolerance` grey levels (root mean square), and the best of all; among
// ties the shortest, as kinema.flow.match_pixel has it.
export function goodMatches(costs, radius, tolerance) {
  const side = 2 * radius + 1, limit = tolerance * tolerance, found = [];
  const motion = (k) => [(k % side) - radius, Math.floor(k / side) - radius];
  const longer = ([u, v], [p, q]) => u * u + v * v - p * p - q * q || u - p || v - q;
  let best = 0;
  costs.forEach((cost, k) => {
    if (cost < costs[best] || (cost === costs[best] && longer(motion(k), motion(best)) < 0)) best = k;
    if (cost <= limit) found.push(motion(k));
  });
  return { found, best: motion(best) };
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Find the same colour", about: model.get("about_text") });
  const { set, listen, say, achieve } = demo;
  const [height, width] = model.get("shape"), I0 = bytesOf(model, "frame0"), I1 = bytesOf(model, "frame1");
  const pictures = [pictureOf(I0, width, height, 3), pictureOf(I1, width, height, 3)];
  const tall = (SIDE * height) / width, unit = SIDE / width;
  const margin = () => (model.get("patch") - 1) / 2;
  const result = () => {
    const [x, y] = model.get("point"), radius = model.get("radius");
    return goodMatches(matchCosts(I0, I1, width, height, 3, x, y, radius, model.get("patch")), radius, model.get("tolerance"));
  };
  let now = result();
  const square = (context, x, y, side, color, width_ = 2) => {
    context.strokeStyle = color;
    context.lineWidth = width_;
    context.strokeRect((x - (side - 1) / 2) * unit, (y - (side - 1) / 2) * unit, side * unit, side * unit);
  };
  const first = addCanvas(demo, {
    width: SIDE, height: tall, maxWidth: 420, label: "Frame 0 with the chosen pixel",
    draw: (context, colors) => {
      drawPicture(context, pictures[0], 0, 0, SIDE, tall);
      square(context, ...model.get("point"), model.get("patch"), "#fff", 4);
      square(context, ...model.get("point"), model.get("patch"), colors.orange);
      text(context, "frame 0", 8, tall - 8, "#fff", { bold: true });
    },
  });
  const second = addCanvas(demo, {
    width: SIDE, height: tall, maxWidth: 420, label: `${model.get("second")} with every pixel that matches`,
    draw: (context, colors) => {
      drawPicture(context, pictures[1], 0, 0, SIDE, tall);
      const [x, y] = model.get("point");
      square(context, x, y, 2 * model.get("radius") + 1, "#fff", 1.5);
      context.fillStyle = "#ffd23f";
      for (const [u, v] of now.found) context.fillRect((x + u) * unit + 0.5, (y + v) * unit + 0.5, unit - 1, unit - 1);
      square(context, x + now.best[0], y + now.best[1], 1, colors.orange, 2.5);
      text(context, model.get("second"), 8, tall - 8, "#fff", { bold: true });
    },
  });
  const clamp = (z, top) => Math.max(margin(), Math.min(top - 1 - margin(), Math.round(z)));
  const go = ([x, y]) => set({ point: [clamp(x / unit - 0.5, width), clamp(y / unit - 0.5, height)] });
  const handle = addHandle(demo, first, {
    label: "Pixel to look for", step: unit, move: go,
    place: () => model.get("point").map((z) => (z + 0.5) * unit),
    describe: () => `column ${model.get("point")[0]}, row ${model.get("point")[1]}`,
  });
  handle.grabAnywhere();
  addSlider(demo, "patch", { label: "Patch", min: 1, max: 9, step: 2, format: (v) => `${v} × ${v}` });
  addSlider(demo, "radius", { label: "Search within", min: 1, max: 8, step: 1, format: (v) => `${v} px` });
  addSlider(demo, "tolerance", { label: "Same means within", min: 2, max: 30, step: 1, format: (v) => `${v} levels` });
  const update = () => {
    if (clamp(model.get("point")[0], width) !== model.get("point")[0] || clamp(model.get("point")[1], height) !== model.get("point")[1]) {
      return set({ point: [clamp(model.get("point")[0], width), clamp(model.get("point")[1], height)] });
    }
    now = result();
    const count = now.found.length, patch = model.get("patch");
    set({ matches: count, flow: now.best });
    say(`${count} of ${(2 * model.get("radius") + 1) ** 2} candidates match within ${model.get("tolerance")} grey levels. The closest is (${now.best.join(", ")}) px away.`);
    if (patch === 1 && count >= 100) achieve("many");
    if (count === 1 && model.get("radius") >= 4) achieve("one");
    if (patch === 9 && count >= 8 && model.get("tolerance") <= 12) achieve("hopeless");
    handle.show();
    first.redraw();
    second.redraw();
  };
  listen(["point", "patch", "radius", "tolerance", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
