import { derivatives, normalFlow, solveLocal } from "./flow.js";
import { addButton, addCanvas, addHandle, bytesOf, drawPicture, legend, openDemo, pictureOf, text, velocityPlane } from "./kit.js";

const SIDE = 270, REACH = 2;

// Mean of the normal flows: the tempting wrong answer.
export function averageNormalFlow(equations) {
  const flows = equations.map((e) => normalFlow(...e));
  return [0, 1].map((k) => flows.reduce((sum, f) => sum + f[k], 0) / flows.length);
}

// Least-squares meeting point of the lines, or null while they are (nearly) parallel.
export function meetingPoint(equations, maxCondition = 200) {
  if (equations.length < 2) return null;
  let xx = 0, xy = 0, yy = 0;
  for (const [a, b] of equations) { xx += a * a; xy += a * b; yy += b * b; }
  const half = (xx + yy) / 2, radius = Math.hypot((xx - yy) / 2, xy);
  if (!(half - radius > 0) || half + radius > maxCondition * (half - radius)) return null;
  return solveLocal(equations).flow;
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Lines that meet", about: model.get("about_text") });
  const { set, listen, say, achieve } = demo;
  const [height, width] = model.get("shape"), truth = model.get("true_flow");
  const I0 = bytesOf(model, "frame0"), I1 = bytesOf(model, "frame1");
  const fields = derivatives(Float64Array.from(I0, (b) => b / 255), Float64Array.from(I1, (b) => b / 255), width, height, "mean");
  const picture = pictureOf(I0, width, height);
  const equationAt = ([x, y]) => { const k = y * width + x; return [fields.Ix[k], fields.Iy[k], fields.It[k]]; };
  const viewHeight = (SIDE * height) / width;

  const frame = addCanvas(demo, {
    width: SIDE, height: viewHeight, maxWidth: 380, label: "First frame with the chosen pixels",
    draw: (context, colors) => {
      drawPicture(context, picture, 0, 0, SIDE, viewHeight);
      model.get("points").forEach(([x, y], k) => {
        const px = ((x + 0.5) / width) * SIDE, py = ((y + 0.5) / height) * viewHeight;
        context.fillStyle = colors.blue;
        context.strokeStyle = "#fff";
        context.lineWidth = 1.5;
        context.beginPath(); context.arc(px, py, 6, 0, 7); context.fill(); context.stroke();
        text(context, String(k + 1), px, py + 3.5, "#fff", { align: "center", size: 9, bold: true });
      });
    },
  });
  const plane = addCanvas(demo, {
    width: SIDE, height: SIDE, maxWidth: 340, label: "Plane of motions with one line per chosen pixel",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, SIDE, SIDE);
      context.save();
      context.beginPath(); context.rect(0, 0, SIDE, SIDE); context.clip();
      const at = velocityPlane(context, colors, 0, 0, SIDE, REACH), equations = model.get("points").map(equationAt);
      context.strokeStyle = colors.blue;
      context.lineWidth = 1.6;
      for (const e of equations) {
        const n = normalFlow(...e), length = Math.hypot(e[0], e[1]) || 1;
        context.beginPath();
        context.moveTo(...at([n[0] + (9 * e[1]) / length, n[1] - (9 * e[0]) / length]));
        context.lineTo(...at([n[0] - (9 * e[1]) / length, n[1] + (9 * e[0]) / length]));
        context.stroke();
      }
      const meet = meetingPoint(equations);
      if (equations.length) {
        const [x, y] = at(averageNormalFlow(equations));
        context.strokeStyle = colors.purple;
        context.lineWidth = 2.5;
        context.beginPath(); context.moveTo(x - 6, y - 6); context.lineTo(x + 6, y + 6); context.moveTo(x + 6, y - 6); context.lineTo(x - 6, y + 6); context.stroke();
      }
      if (meet) { const [x, y] = at(meet); context.strokeStyle = colors.orange; context.lineWidth = 3; context.beginPath(); context.arc(x, y, 8, 0, 7); context.stroke(); }
      const [x, y] = at(truth);
      context.fillStyle = colors.green;
      context.beginPath(); context.moveTo(x, y - 6); context.lineTo(x + 6, y); context.lineTo(x, y + 6); context.lineTo(x - 6, y); context.fill();
      legend(context, colors, [["◆ truth", colors.green], ["○ where the lines meet", colors.orange], ["× average of normal flows", colors.purple]]);
      context.restore();
    },
  });
  const clamp = (z, top) => Math.max(1, Math.min(top - 2, Math.round(z)));
  const cursor = addHandle(demo, frame, {
    label: "Pixel to add: arrows move it, Enter adds its line", step: SIDE / width,
    place: () => { const [x, y] = model.get("cursor"); return [((x + 0.5) / width) * SIDE, ((y + 0.5) / height) * viewHeight]; },
    move: ([x, y]) => set({ cursor: [clamp((x / SIDE) * width - 0.5, width), clamp((y / viewHeight) * height - 0.5, height)] }),
    describe: () => `column ${model.get("cursor")[0]}, row ${model.get("cursor")[1]}`,
  });
  const add = () => set({ points: [...model.get("points"), model.get("cursor")].slice(-12) });
  // A click adds the pixel under the pointer, also on the dot itself; dragging the dot adds nothing.
  // From the keyboard a click has no detail and adds the pixel under the dot.
  let pressed = [0, 0];
  frame.node.addEventListener("pointerdown", (event) => { pressed = [event.clientX, event.clientY]; }, true);
  frame.node.addEventListener("click", (event) => {
    if (event.detail === 0) return add();
    if (Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 4) return;
    const [x, y] = frame.unit(event);
    set({ cursor: [clamp((x / SIDE) * width - 0.5, width), clamp((y / viewHeight) * height - 0.5, height)] });
    add();
  });
  addButton(demo, "Add this pixel's line", add);
  addButton(demo, "Clear", () => set({ points: [] }));

  const update = () => {
    const equations = model.get("points").map(equationAt), meet = meetingPoint(equations), here = equationAt(model.get("cursor"));
    set({ flow: meet || [] });
    const off = (f) => Math.hypot(f[0] - truth[0], f[1] - truth[1]);
    let words = `Pixel (${model.get("cursor").join(", ")}): slope ${Math.hypot(here[0], here[1]).toFixed(3)} per pixel. `;
    if (!equations.length) words += "No line yet.";
    else if (!meet) words += `${equations.length} line${equations.length > 1 ? "s" : ""}, no single meeting point.`;
    else words += `${equations.length} lines meet ${off(meet).toFixed(2)} px from the truth; their normal flows average ${off(averageNormalFlow(equations)).toFixed(2)} px from it.`;
    if (meet && equations.length === 2 && off(meet) < 0.15) achieve("pair");
    if (!meet && equations.length >= 3) achieve("parallel");
    if (meet && equations.length >= 4 && off(meet) < 0.2 && off(averageNormalFlow(equations)) > 0.35) achieve("average");
    say(words);
    cursor.show();
    frame.redraw();
    plane.redraw();
  };
  listen(["points", "cursor", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
