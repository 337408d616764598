import { addCanvas, addSlider, openDemo, text } from "./kit.js";

const WIDTH = 560, HEIGHT = 300, SPAN = 40;

// Brightness along one row: a wave with a softer overtone, so that slope and curvature vary.
export function profile(x, wavelength) {
  const k = (2 * Math.PI) / wavelength;
  return 0.5 + 0.32 * Math.sin(k * x) + 0.1 * Math.sin(1.7 * k * x + 1);
}

export function slope(x, wavelength) {
  const k = (2 * Math.PI) / wavelength;
  return 0.32 * k * Math.cos(k * x) + 0.17 * k * Math.cos(1.7 * k * x + 1);
}

// The row moves right by d: I1(x) = I0(x - d). What the flow equation says at x, in one dimension:
// the estimate -It / Ix with the slope of I1, as on the page, and the term Ix d + It that first order leaves over.
export function oneDimension(x, d, wavelength) {
  const It = profile(x - d, wavelength) - profile(x, wavelength), Ix = slope(x - d, wavelength);
  return { Ix, It, estimate: Ix === 0 ? NaN : -It / Ix, left: Ix * d + It };
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "A tangent for a curve", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const state = () => ({ x: model.get("position"), d: model.get("displacement"), w: model.get("wavelength") });
  let seen = [];
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "Brightness of one row before and after it moves, with the tangent at the chosen pixel",
    draw: (context, colors) => {
      const { x, d, w } = state(), { Ix, It, estimate } = oneDimension(x, d, w);
      const px = (z) => (z / SPAN) * WIDTH, py = (b) => HEIGHT - 30 - b * (HEIGHT - 60);
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const curve = (f, color, dash) => {
        context.strokeStyle = color; context.lineWidth = 2.5; context.setLineDash(dash);
        context.beginPath();
        for (let z = 0; z <= SPAN; z += 0.1) context.lineTo(px(z), py(f(z)));
        context.stroke(); context.setLineDash([]);
      };
      curve((z) => profile(z - d, w), colors.ink, []);
      curve((z) => profile(z, w), colors.muted, [7, 5]);
      const I1 = profile(x - d, w), b = profile(x, w);
      // The drawn frames: solid is the row after the motion, dashed before it.
      context.strokeStyle = colors.blue; context.lineWidth = 2;
      context.beginPath(); context.moveTo(px(x - 6), py(I1 - 6 * Ix)); context.lineTo(px(x + 6), py(I1 + 6 * Ix)); context.stroke();
      context.strokeStyle = colors.purple; context.lineWidth = 3;
      context.beginPath(); context.moveTo(px(x), py(b)); context.lineTo(px(x), py(I1)); context.stroke();
      if (Number.isFinite(estimate)) {
        // The tangent reaches the old brightness at x + estimate, the curve itself at x + d.
        const y = py(b), tip = px(x + Math.max(-SPAN, Math.min(SPAN, estimate)));
        context.strokeStyle = colors.orange; context.lineWidth = 4;
        context.beginPath(); context.moveTo(px(x), y); context.lineTo(tip, y); context.stroke();
        context.strokeStyle = colors.green; context.lineWidth = 4;
        context.beginPath(); context.moveTo(px(x), HEIGHT - 14); context.lineTo(px(x + d), HEIGHT - 14); context.stroke();
        text(context, "true d", Math.max(px(x), px(x + d)) + 6, HEIGHT - 9, colors.green, { bold: true });
        text(context, "estimate", Math.min(Math.max(tip, px(x)) + 6, WIDTH - 64), y - 7, colors.orange, { bold: true });
      }
      text(context, "- - before (I0)   — after (I1)", 10, 18, colors.muted);
      text(context, "It", px(x) - 8, (py(b) + py(I1)) / 2 + 4, colors.purple, { bold: true, align: "right" });
    },
  });
  addSlider(demo, "displacement", { label: "Moves right by", min: -8, max: 8, step: 0.1, format: (v) => `${v.toFixed(1)} px` });
  addSlider(demo, "wavelength", { label: "Wavelength", min: 8, max: 40, step: 1, format: (v) => `${v} px` });
  addSlider(demo, "position", { label: "Pixel", min: 8, max: 32, step: 0.5, format: (v) => `x = ${v}` });
  const update = () => {
    const { x, d, w } = state(), { Ix, It, estimate, left } = oneDimension(x, d, w);
    set({ estimate: Number.isFinite(estimate) ? estimate : 0 });
    let words = (`Ix = ${Ix.toFixed(3)}, It = ${It.toFixed(3)}: estimate ${Number.isFinite(estimate) ? estimate.toFixed(2) : "undefined"} px for a true ${d.toFixed(1)} px. First order leaves ${Math.abs(left).toFixed(4)} unexplained.`);
    if (Math.abs(d) >= 0.5 && Math.sign(estimate) === -Math.sign(d) && Math.abs(estimate) > 0.3) achieve("sign");
    if (Math.abs(d) >= 1 && Math.abs(estimate) > 5 * Math.abs(d)) achieve("explode");
    seen = seen.filter((s) => s.x === x && s.w === w);
    const half = seen.find((s) => Math.abs(s.d * 2 - d) < 0.01 || Math.abs(d * 2 - s.d) < 0.01);
    if (half && d !== 0 && Math.abs(d) <= 2) {
      const ratio = Math.abs(d) > Math.abs(half.d) ? left / half.left : half.left / left;
      if (ratio > 3.2 && ratio < 4.8) {
        achieve("square");
        const [small, large] = Math.abs(d) > Math.abs(half.d) ? [half, { d, left }] : [{ d, left }, half];
        words += ` ${small.d.toFixed(1)} px left ${Math.abs(small.left).toFixed(4)}: ${ratio.toFixed(1)} times less than ${large.d.toFixed(1)} px does.`;
      }
    }
    say(words);
    seen.push({ x, w, d, left });
    view.redraw();
  };
  listen(["displacement", "wavelength", "position", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
