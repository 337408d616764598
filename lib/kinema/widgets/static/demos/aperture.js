import { normalFlow } from "./flow.js";
import { addButton, addCanvas, addChoice, addHandle, addPlayer, addSlider, arrow, legend, openDemo, velocityPlane } from "./kit.js";

const REACH = 2.5, WAVELENGTH = 34, SIDE = 260, SPEED = 34;

// Unit gradient of stripes at `degrees`, and what one pixel of them measures under a flow.
export function stripeConstraint(degrees, [u, v]) {
  const Ix = Math.cos((degrees * Math.PI) / 180), Iy = Math.sin((degrees * Math.PI) / 180);
  return [Ix, Iy, -(Ix * u + Iy * v)];
}

// Motion of the stripes' ends along a border of the window: where the constraint line meets that
// border's direction. null where the stripes run along the border.
export function endMotion([Ix, Iy, It], border) {
  const across = border === "vertical" ? Iy : Ix;
  if (Math.abs(across) < 1e-9) return null;
  return border === "vertical" ? [0, -It / across] : [-It / across, 0];
}

const SHAPES = { circle: [100, 100], tall: [38, 110], wide: [110, 38], open: [400, 400] };

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Through a window", about: model.get("about_text") });
  const { set, listen, say, achieve } = demo;
  const tried = [];
  let clock = 0;
  const constraint = () => stripeConstraint(model.get("angle"), model.get("flow"));

  const view = addCanvas(demo, {
    width: SIDE, height: SIDE, maxWidth: 340, label: "Stripes moving behind a window",
    draw: (context, colors) => {
      const [u, v] = model.get("flow"), shift = clock * SPEED, [rx, ry] = SHAPES[model.get("shape")];
      context.fillStyle = colors.rule;
      context.fillRect(0, 0, SIDE, SIDE);
      context.save();
      context.beginPath();
      if (model.get("shape") === "circle") context.arc(SIDE / 2, SIDE / 2, rx, 0, 7);
      else context.rect(SIDE / 2 - rx, SIDE / 2 - ry, 2 * rx, 2 * ry);
      context.clip();
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, SIDE, SIDE);
      context.translate(SIDE / 2, SIDE / 2);
      context.save();
      context.rotate((model.get("angle") * Math.PI) / 180);
      const [Ix, Iy] = constraint(), along = ((u * Ix + v * Iy) * shift) % WAVELENGTH;
      context.fillStyle = colors.ink;
      for (let x = -8 * WAVELENGTH + along; x < 8 * WAVELENGTH; x += WAVELENGTH) context.fillRect(x, -300, WAVELENGTH / 2, 600);
      context.restore();
      if (model.get("shape") === "open") {  // specks on the sheet: now its motion can be seen
        context.fillStyle = colors.orange;
        const wrap = (z) => ((z % 87) + 87) % 87;
        for (let x = -174 + wrap(u * shift); x < 174; x += 87) {
          for (let y = -174 + wrap(v * shift); y < 174; y += 87) { context.beginPath(); context.arc(x, y, 6, 0, 7); context.fill(); }
        }
      }
      context.restore();
    },
  });
  const plane = addCanvas(demo, {
    width: SIDE, height: SIDE, maxWidth: 340, label: "Plane of motions: the true motion, and the dotted line of motions that look the same",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, SIDE, SIDE);
      const at = velocityPlane(context, colors, 0, 0, SIDE, REACH), c = constraint(), n = normalFlow(...c);
      if (model.get("prediction") === "") return;  // the plane would give the answer away
      const ends = [-9, 9].map((s) => at([n[0] - s * c[1], n[1] + s * c[0]]));
      context.strokeStyle = colors.blue;
      context.lineWidth = 2;
      context.setLineDash([3, 5]);
      context.beginPath();
      context.moveTo(...ends[0]); context.lineTo(...ends[1]);
      context.stroke();
      context.setLineDash([]);
      arrow(context, ...at([0, 0]), ...at(model.get("flow")), colors.orange);
      arrow(context, ...at([0, 0]), ...at(n), colors.blue);
      legend(context, colors, [["true motion", colors.orange], ["what the window shows", colors.blue]]);
    },
  });
  const snap = (z) => Math.round(Math.max(-REACH, Math.min(REACH, z)) * 10) / 10;
  const handle = addHandle(demo, plane, {
    label: "True motion of the sheet", step: SIDE / (2 * REACH) / 10,
    place: () => model.get("flow").map((z) => SIDE / 2 + (z / REACH) * (SIDE / 2)),
    move: ([x, y]) => set({ flow: [snap(((x - SIDE / 2) / (SIDE / 2)) * REACH), snap(((y - SIDE / 2) / (SIDE / 2)) * REACH)] }),
    describe: () => `u ${model.get("flow")[0]}, v ${model.get("flow")[1]} pixels per frame`,
  });
  handle.grabAnywhere();
  addSlider(demo, "angle", { label: "Stripes face", min: 0, max: 165, step: 15, format: (d) => `${d}°` });
  addChoice(demo, "shape", { label: "Window", options: [["circle", "round"], ["tall", "tall"], ["wide", "wide"], ["open", "take it away"]] });
  addButton(demo, "Slide the motion along the dotted line", () => {
    const [u, v] = model.get("flow"), [Ix, Iy] = constraint();
    // Not snapped to tenths: the window must not change by a single pixel.
    const fits = Math.abs(u - Iy) <= REACH && Math.abs(v + Ix) <= REACH;
    set({ flow: fits ? [u - Iy, v + Ix] : [u + 2 * Iy, v - 2 * Ix] });
  });
  addPlayer(demo, (seconds) => { clock += seconds; view.redraw(); }, { preview: 4.5 });

  const update = () => {
    const flow = model.get("flow"), c = constraint(), n = normalFlow(...c), shape = model.get("shape");
    const speed = Math.hypot(...n);
    set({ normal_flow: n });
    const same = tried.some((t) => t.angle === model.get("angle") && Math.hypot(t.n[0] - n[0], t.n[1] - n[1]) < 0.09 && Math.hypot(t.flow[0] - flow[0], t.flow[1] - flow[1]) > 0.8);
    if (same) achieve("twins");
    if (tried.length > 200) tried.shift();
    tried.push({ angle: model.get("angle"), n, flow });
    if (Math.hypot(...flow) > 0.8 && speed < 0.06) achieve("hidden");
    const border = shape === "tall" ? "vertical" : "horizontal", ends = shape === "tall" || shape === "wide" ? endMotion(c, border) : null;
    const [side, up] = flow.map(Math.abs), lies = shape === "wide" ? up > 0.6 && side < 0.15 : shape === "tall" && side > 0.6 && up < 0.15;
    if (lies && ends && Math.hypot(...ends) > 0.3) achieve("pole");
    say(`The sheet moves by (${flow.map((z) => z.toFixed(1)).join(", ")}) px/frame. The window shows ${speed.toFixed(2)} px/frame across the stripes` +
      (ends ? `, and the stripes' ends run ${shape === "tall" ? "up and down" : "left and right"} at ${Math.abs(ends[0] + ends[1]).toFixed(1)}.` : "."));
    handle.show();
    view.redraw();
    plane.redraw();
  };
  listen(["flow", "angle", "shape", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
