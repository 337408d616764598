import { derivatives, eigenvalues, fiveSums, principalAngle, solveLocal, windowEquations } from "./flow.js";
import { addCanvas, addHandle, addSlider, arrow, bytesOf, drawPicture, ellipse, openDemo, pictureOf, text, velocityPlane } from "./kit.js";

const SIDE = 420, PLANE = 240, REACH = 2, ARROW = 15;

// Everything that one window says: sums, eigenvalues, condition, estimate.
export function inspectWindow(fields, width, height, x, y, window) {
  const equations = windowEquations(fields, width, height, x, y, window), sums = fiveSums(equations);
  const [l1, l2] = eigenvalues(sums.Jxx, sums.Jxy, sums.Jyy);
  return { sums, l1, l2, condition: l2 > 0 ? l1 / l2 : Infinity, angle: principalAngle(sums.Jxx, sums.Jxy, sums.Jyy), estimate: solveLocal(equations) };
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "One window, many equations", about: model.get("about_text") });
  const { set, listen, say, achieve } = demo;
  const [height, width] = model.get("shape"), I0 = bytesOf(model, "frame0"), I1 = bytesOf(model, "frame1");
  const fields = derivatives(Float64Array.from(I0, (b) => b / 255), Float64Array.from(I1, (b) => b / 255), width, height, "mean");
  const picture = pictureOf(I0, width, height), tall = (SIDE * height) / width, unit = SIDE / width;
  const noise = model.get("noise");
  const look = () => inspectWindow(fields, width, height, ...model.get("point"), model.get("window"));
  let now = look();
  // Below this the eigenvalue could be noise alone, and the estimate means nothing.
  const textured = () => now.l2 > noise * now.sums.n;
  const sigma = () => now.estimate && Math.sqrt((now.estimate.covariance[0] + now.estimate.covariance[2]) / 2 + Math.hypot((now.estimate.covariance[0] - now.estimate.covariance[2]) / 2, now.estimate.covariance[1]));
  const frame = addCanvas(demo, {
    width: SIDE, height: tall, maxWidth: 560, label: "A filmed frame with the window, the ellipse of its gradients and the estimated motion",
    draw: (context, colors) => {
      drawPicture(context, picture, 0, 0, SIDE, tall);
      const [x, y] = model.get("point"), w = model.get("window"), cx = (x + 0.5) * unit, cy = (y + 0.5) * unit;
      context.strokeStyle = "#fff"; context.lineWidth = 4;
      context.strokeRect(cx - (w * unit) / 2, cy - (w * unit) / 2, w * unit, w * unit);
      context.strokeStyle = colors.orange; context.lineWidth = 2;
      context.strokeRect(cx - (w * unit) / 2, cy - (w * unit) / 2, w * unit, w * unit);
      const grow = 34 / Math.sqrt(now.l1 || 1);
      context.strokeStyle = "#ffd23f"; context.lineWidth = 2.5;
      context.beginPath();
      context.ellipse(cx, cy, Math.max(Math.sqrt(now.l1) * grow, 1), Math.max(Math.sqrt(now.l2) * grow, 1), now.angle, 0, 7);
      if (now.l1 > noise * now.sums.n) context.stroke();
      if (textured() && now.estimate && Math.hypot(...now.estimate.flow) < 8) arrow(context, cx, cy, cx + now.estimate.flow[0] * ARROW * unit, cy + now.estimate.flow[1] * ARROW * unit, "#7fe0ff", 3);
    },
  });
  const plane = addCanvas(demo, {
    width: PLANE, height: PLANE, maxWidth: 300, label: "Plane of motions: estimate with its two-sigma ellipse",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, PLANE, PLANE);
      context.save();
      context.beginPath(); context.rect(0, 0, PLANE, PLANE); context.clip();
      const at = velocityPlane(context, colors, 0, 0, PLANE, REACH);
      if (now.estimate && textured()) {
        ellipse(context, at(now.estimate.flow), now.estimate.covariance, PLANE / 2 / REACH, colors.orange);
        arrow(context, ...at([0, 0]), ...at(now.estimate.flow), colors.orange);
      }
      text(context, "estimate ± 2σ", 8, 18, colors.orange, { bold: true });
      context.restore();
    },
  });
  const table = document.createElement("p");
  table.className = "kd-status kd-sums";
  demo.stage.after(table);
  const clamp = (z, top) => Math.max(0, Math.min(top - 1, Math.round(z)));
  const handle = addHandle(demo, frame, {
    label: "Centre of the window", step: unit,
    place: () => model.get("point").map((z) => (z + 0.5) * unit),
    move: ([x, y]) => set({ point: [clamp(x / unit - 0.5, width), clamp(y / unit - 0.5, height)] }),
    describe: () => `column ${model.get("point")[0]}, row ${model.get("point")[1]}`,
  });
  handle.button.classList.add("kd-ring");
  handle.grabAnywhere();
  addSlider(demo, "window", { label: "Window", min: 3, max: 31, step: 2, format: (v) => `${v} × ${v}` });
  const update = () => {
    now = look();
    const { sums, l1, l2, condition, estimate } = now, s = sigma();
    set({ sums: [sums.Jxx, sums.Jxy, sums.Jyy, sums.bx, sums.by], flow: estimate ? estimate.flow : [], eigenvalues: [l1, l2] });
    table.textContent = [["ΣIx²", sums.Jxx], ["ΣIxIy", sums.Jxy], ["ΣIy²", sums.Jyy], ["−ΣIxIt", sums.bx], ["−ΣIyIt", sums.by]]
      .map(([name, value]) => `${name} ${value.toPrecision(2)}`).join("   ");
    say(`${sums.n} equations. λ₁ = ${l1.toFixed(3)}, λ₂ = ${l2.toFixed(4)}, λ₁/λ₂ = ${condition < 1e4 ? condition.toFixed(1) : "huge"}. ` +
      (!textured() ? `λ₂ is below what noise alone could give, ${(noise * sums.n).toFixed(3)}: no motion can be read here.`
        : estimate ? `Estimate (${estimate.flow.map((z) => z.toFixed(2)).join(", ")}) px; two standard deviations along its weak direction: ±${(2 * s).toFixed(2)} px.` : "No estimate."));
    if (textured() && estimate && s !== null && 2 * s < 0.12) achieve("sharp");
    if (l1 > 10 * noise * sums.n && condition > 30) achieve("edge");
    if (sums.n >= 441 && !textured()) achieve("many");
    handle.show();
    frame.redraw();
    plane.redraw();
  };
  listen(["point", "window", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
