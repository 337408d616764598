import { eigenvalues, fiveSums } from "./flow.js";
import { addCanvas, addSlider, legend, openDemo } from "./kit.js";

const N = 25, SIDE = 250;

// Fully saturated colour of a hue in degrees, channels in [0, 1].
export function hueColor(degrees) {
  const part = (n) => { const k = (n + degrees / 60) % 6; return 1 - Math.max(0, Math.min(k, 4 - k, 1)); };
  return [part(5), part(3), part(1)];
}

// A straight, blurred, tilted edge between two colours; `extra` adds stripes that cross it, in blue alone.
export function colorEdge(left, right, extra, n = N) {
  const a = hueColor(left), b = hueColor(right), image = [];
  const c = Math.cos(0.4), s = Math.sin(0.4), middle = (n - 1) / 2;
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const t = 0.5 + 0.5 * Math.tanh(((x - middle) * c + (y - middle) * s) / 2);
      const pixel = a.map((z, k) => 0.2 + 0.6 * ((1 - t) * z + t * b[k]));
      pixel[2] += extra * 0.2 * Math.sin(((-x * s + y * c) * 2 * Math.PI) / 7);
      image.push(pixel);
    }
  }
  return image;
}

// Sums over the window without its border, of the chosen channels: three equations a pixel, or one.
export function edgeSums(image, n, gray) {
  const value = (x, y) => { const p = image[y * n + x]; return gray ? [(p[0] + p[1] + p[2]) / 3] : p; };
  const rows = [];
  for (let y = 1; y < n - 1; y++) {
    for (let x = 1; x < n - 1; x++) {
      const l = value(x - 1, y), r = value(x + 1, y), u = value(x, y - 1), d = value(x, y + 1);
      for (let k = 0; k < l.length; k++) rows.push([(r[k] - l[k]) / 2, (d[k] - u[k]) / 2, 0]);
    }
  }
  return fiveSums(rows);
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Three channels, one edge", about: model.get("about_text") });
  const { set, listen, say, achieve } = demo;
  const image = () => colorEdge(model.get("left"), model.get("right"), model.get("extra"));
  const patch = addCanvas(demo, {
    width: SIDE, height: SIDE, maxWidth: 300, label: "A straight edge between two colours",
    draw: (context) => {
      const unit = SIDE / N;
      image().forEach((p, k) => {
        context.fillStyle = `rgb(${p.map((z) => Math.round(255 * Math.max(0, Math.min(1, z)))).join(" ")})`;
        context.fillRect((k % N) * unit, Math.floor(k / N) * unit, unit + 0.6, unit + 0.6);
      });
    },
  });
  const plot = addCanvas(demo, {
    width: SIDE, height: SIDE, maxWidth: 300, label: "Ellipses of the gradients: gray against colour",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, SIDE, SIDE);
      const draw = (sums, color, dash) => {
        const [l1, l2] = eigenvalues(sums.Jxx, sums.Jxy, sums.Jyy), scale = 48;
        context.strokeStyle = color; context.lineWidth = 2.5; context.setLineDash(dash);
        context.beginPath();
        context.ellipse(SIDE / 2, SIDE / 2, Math.min(118, Math.sqrt(l1) * scale), Math.max(0.8, Math.sqrt(l2) * scale), Math.atan2(2 * sums.Jxy, sums.Jxx - sums.Jyy) / 2, 0, 7);
        context.stroke(); context.setLineDash([]);
      };
      draw(edgeSums(image(), N, false), colors.orange, []);
      draw(edgeSums(image(), N, true), colors.blue, [6, 4]);
      legend(context, colors, [["— colour, 3 equations a pixel", colors.orange], ["- - gray, 1 equation a pixel", colors.blue]]);
    },
  });
  addSlider(demo, "left", { label: "Hue on the left", min: 0, max: 355, step: 5, format: (v) => `${v}°` });
  addSlider(demo, "right", { label: "Hue on the right", min: 0, max: 355, step: 5, format: (v) => `${v}°` });
  addSlider(demo, "extra", { label: "Stripes in blue alone", min: 0, max: 1, step: 0.1, format: (v) => v.toFixed(1) });
  const update = () => {
    const color = edgeSums(image(), N, false), gray = edgeSums(image(), N, true);
    const [c1, c2] = eigenvalues(color.Jxx, color.Jxy, color.Jyy), [g1, g2] = eigenvalues(gray.Jxx, gray.Jxy, gray.Jyy);
    const ratio = (a, b) => (b > 1e-9 * Math.max(a, 1e-3) ? (a / b).toFixed(0) : "endless");
    set({ eigenvalues: [c1, c2] });
    say(`Gray: ${gray.n} equations, λ₁ = ${g1.toFixed(2)}, λ₂ = ${g2.toFixed(4)}. Colour: ${color.n} equations, λ₁ = ${c1.toFixed(2)}, λ₂ = ${c2.toFixed(4)}, λ₁/λ₂ ${ratio(c1, c2)}.`);
    const plain = model.get("extra") === 0;
    if (plain && g1 < 0.02 && c1 > 1) achieve("invisible");
    if (plain && c1 > 3 && c2 < 1e-3 * c1 && model.get("left") !== model.get("right")) achieve("best");
    if (!plain && c2 > 0.1 * c1) achieve("solve");
    patch.redraw();
    plot.redraw();
  };
  listen(["left", "right", "extra", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
