import { classify, derivatives, eigenvalues, fiveSums, principalAngle } from "./flow.js";
import { addButton, addCanvas, addChoice, addHandle, openDemo, text } from "./kit.js";

const SIDE = 264, THRESHOLD = 0.3;

// The patch as a whole: central differences inside, one-sided at its rim.
function patchEquations(patch, n) {
  const { Ix, Iy } = derivatives(patch, patch, n, n), rows = [];
  for (let k = 0; k < n * n; k++) rows.push([Ix[k], Iy[k], 0]);
  return rows;
}

export function patchEigenvalues(patch, n) {
  const s = fiveSums(patchEquations(patch, n));
  return eigenvalues(s.Jxx, s.Jxy, s.Jyy);
}

// Direction of fastest change of the patch as a whole.
export function patchAngle(patch, n) {
  const s = fiveSums(patchEquations(patch, n));
  return principalAngle(s.Jxx, s.Jxy, s.Jyy);
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Paint a patch", about: model.get("about_text") });
  const { set, listen, say, achieve } = demo;
  const n = model.get("size"), unit = SIDE / n;
  const values = () => model.get("patch").map((b) => b / 255);
  const paint = (x, y) => {
    const cell = Math.floor(y) * n + Math.floor(x), patch = [...model.get("patch")];
    if (x < 0 || y < 0 || x >= n || y >= n || patch[cell] === model.get("brush")) return;
    patch[cell] = model.get("brush");
    set({ patch });
  };
  const board = addCanvas(demo, {
    width: SIDE, height: SIDE, maxWidth: 320, label: "The patch to paint",
    draw: (context, colors) => {
      model.get("patch").forEach((b, k) => {
        context.fillStyle = `rgb(${b} ${b} ${b})`;
        context.fillRect((k % n) * unit, Math.floor(k / n) * unit, unit + 0.6, unit + 0.6);
      });
      context.strokeStyle = colors.muted;
      context.lineWidth = 1;
      context.strokeRect(0.5, 0.5, SIDE - 1, SIDE - 1);
    },
  });
  const toLog = (z) => Math.log10(Math.max(z, 1e-3));
  const plot = addCanvas(demo, {
    width: SIDE, height: SIDE, maxWidth: 320, label: "Plane of the two eigenvalues with the regions flat, edge and corner",
    draw: (context, colors) => {
      const at = ([a, b]) => [30 + ((toLog(a) + 3) / 4.7) * (SIDE - 40), SIDE - 30 - ((toLog(b) + 3) / 4.7) * (SIDE - 40)];
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, SIDE, SIDE);
      const [tx] = at([THRESHOLD, 1]), [, ty] = at([1, THRESHOLD]);
      context.strokeStyle = colors.muted; context.lineWidth = 1; context.setLineDash([4, 4]);
      context.beginPath();
      context.moveTo(tx, 8); context.lineTo(tx, SIDE - 30);
      context.moveTo(tx, ty); context.lineTo(SIDE - 8, ty);
      const p = at([10 * THRESHOLD, THRESHOLD]), q = at([50, 5]);
      context.moveTo(...p); context.lineTo(...q);
      context.stroke(); context.setLineDash([]);
      context.strokeStyle = colors.rule;
      context.beginPath(); context.moveTo(...at([1e-3, 1e-3])); context.lineTo(...at([50, 50])); context.stroke();
      text(context, "flat", 52, SIDE - 60, colors.muted, { bold: true });
      text(context, "edge", SIDE - 60, SIDE - 60, colors.muted, { bold: true });
      text(context, "corner", SIDE - 66, 76, colors.muted, { bold: true });
      text(context, "λ₁ (log)", SIDE / 2, SIDE - 8, colors.muted);
      text(context, "λ₂ (log)", 4, 16, colors.muted);
      const [x, y] = at(patchEigenvalues(values(), n));
      context.fillStyle = colors.orange;
      context.strokeStyle = colors.ink;
      context.lineWidth = 1.5;
      context.beginPath(); context.arc(x, y, 7, 0, 7); context.fill(); context.stroke();
    },
  });
  const clamp = (z) => Math.max(0, Math.min(n - 1, Math.floor(z / unit)));
  const handle = addHandle(demo, board, {
    label: "Brush: arrows move it, Enter paints", step: unit,
    place: () => model.get("cursor").map((z) => (z + 0.5) * unit),
    move: ([x, y]) => set({ cursor: [clamp(x), clamp(y)] }),
    describe: () => `column ${model.get("cursor")[0]}, row ${model.get("cursor")[1]}`,
  });
  handle.button.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); paint(...model.get("cursor")); }
  });
  // Before the handle hears of it: the pointer paints under the brush mark too.
  board.node.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    event.stopPropagation();
    handle.button.focus({ preventScroll: true });
    board.node.setPointerCapture(event.pointerId);
    const go = (e) => { const [x, y] = board.unit(e); paint(x / unit, y / unit); set({ cursor: [clamp(x), clamp(y)] }); };
    const stop = () => board.node.removeEventListener("pointermove", go);
    board.node.addEventListener("pointermove", go);
    board.node.addEventListener("pointerup", stop, { once: true });
    board.node.addEventListener("pointercancel", stop, { once: true });
    go(event);
  }, true);
  addChoice(demo, "brush", { label: "Brush", options: [[0, "black"], [60, "dark"], [128, "mid"], [255, "white"]] });
  const fill = (f) => set({ patch: Array.from({ length: n * n }, (_, k) => f(k % n, Math.floor(k / n))) });
  addButton(demo, "All black", () => fill(() => 0));
  addButton(demo, "All mid", () => fill(() => 128));
  addButton(demo, "All white", () => fill(() => 255));
  addButton(demo, "A step", () => fill((x) => (x < n / 2 ? 40 : 215)));
  const update = () => {
    const [l1, l2] = patchEigenvalues(values(), n), label = classify(l1, l2, THRESHOLD), patch = model.get("patch");
    const mean = patch.reduce((a, b) => a + b, 0) / patch.length;
    set({ label, eigenvalues: [l1, l2] });
    const why = label === "edge" && l1 <= 10 * l2 ? ` (λ₂ below ${THRESHOLD})` : "";
    say(`λ₁ = ${l1.toFixed(3)}, λ₂ = ${l2.toFixed(3)}: ${label}${why}. Mean brightness ${mean.toFixed(0)} of 255.`);
    // Slanted: the gradient is at least 20 degrees off both axes.
    const slant = Math.abs(Math.sin(2 * patchAngle(values(), n)));
    if (label === "edge" && slant > Math.sin((40 * Math.PI) / 180)) achieve("edge");
    if (label === "corner" && mean < 64) achieve("dark");
    if (label === "flat" && mean > 150 && new Set(patch).size > 1) achieve("bright");
    handle.show();
    board.redraw();
    plot.redraw();
  };
  listen(["patch", "cursor", "brush", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
