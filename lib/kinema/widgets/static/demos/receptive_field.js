import { addCanvas, addChoice, addSlider, bytesOf, drawPicture, openDemo, pictureOf, text } from "./kit.js";

const WIDTH = 600, AXES = ["probe_t", "probe_y", "probe_x"];

// Lengths of one axis, the input first: a convolution keeps it, a pool of `stride` divides it, as long as there is enough.
export function axisLengths(length, stride, layers) {
  const lengths = [length];
  for (let k = 0; k < layers; k++) lengths.push(lengths[k] >= stride ? Math.floor(lengths[k] / stride) : lengths[k]);
  return lengths;
}

// Number of paths from each input position of an axis to output `place`: the gradient of a net of ones.
// `first` and `last` are the field's ends, which may lie outside the input, in the padding.
export function pathsTo(length, kernel, stride, layers, place) {
  const lengths = axisLengths(length, stride, layers), reach = (kernel - 1) / 2;
  let weights = new Float64Array(lengths[layers]), first = Math.min(place, lengths[layers] - 1);
  weights[first] = 1;
  let last = first;
  for (let k = layers - 1; k >= 0; k--) {
    const step = lengths[k] >= stride ? stride : 1, before = new Float64Array(lengths[k]);
    const pooled = new Float64Array(lengths[k]);
    weights.forEach((w, j) => { for (let s = 0; s < step; s++) pooled[j * step + s] += w; });
    pooled.forEach((w, j) => {
      for (let d = -reach; d <= reach; d++) if (j + d >= 0 && j + d < lengths[k]) before[j + d] += w;
    });
    weights = before;
    [first, last] = [first * step - reach, last * step + step - 1 + reach];
  }
  return { weights: Array.from(weights), first, last };
}

// How many of the products of three axes' weights, the largest first, add up to half of all.
export function halfOfPaths(weights) {
  const [t, y, x] = weights, all = [];
  for (const a of t) for (const b of y) for (const c of x) if (a * b * c > 0) all.push(a * b * c);
  all.sort((a, b) => b - a);
  const total = all.reduce((sum, w) => sum + w, 0);
  let sum = 0, count = 0;
  while (sum < total / 2) sum += all[count++];
  return { count, of: all.length };
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "What one number has seen", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const [T, H, W] = model.get("shape"), raw = bytesOf(model, "frames");
  const pictures = Array.from({ length: T }, (_, t) => pictureOf(raw.subarray(t * H * W, (t + 1) * H * W), W, H));
  const columns = Math.ceil(T / 2), wide = (WIDTH - 8) / columns - 8, tall = (wide * H) / W, HEIGHT = 2 * (tall + 28) + 8;
  const fields = () => {
    const n = model.get("layers"), [t, y, x] = AXES.map((name) => model.get(name));
    return [
      pathsTo(T, model.get("depth"), model.get("stride_t"), n, t),
      pathsTo(H, model.get("side"), model.get("stride_s"), n, y),
      pathsTo(W, model.get("side"), model.get("stride_s"), n, x),
    ];
  };
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "The clip's frames, dimmed but for the probe's receptive field",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const [ft, fy, fx] = fields(), top = [ft, fy, fx].map((f) => Math.max(...f.weights));
      for (let t = 0; t < T; t++) {
        const x0 = 8 + (t % columns) * (wide + 8), y0 = 22 + Math.floor(t / columns) * (tall + 28), inside = ft.weights[t] > 0;
        text(context, `${t}`, x0, y0 - 5, inside ? colors.orange : colors.muted, { bold: inside });
        drawPicture(context, pictures[t], x0, y0, wide, tall);
        const veil = document.createElement("canvas");
        veil.width = W; veil.height = H;
        const shade = new ImageData(W, H);
        for (let y = 0; y < H; y++) {
          for (let x = 0; x < W; x++) {
            const share = (ft.weights[t] * fy.weights[y] * fx.weights[x]) / (top[0] * top[1] * top[2]), k = 4 * (y * W + x);
            [shade.data[k], shade.data[k + 1], shade.data[k + 2]] = [20, 24, 32];
            shade.data[k + 3] = 205 * (1 - Math.sqrt(share));
          }
        }
        veil.getContext("2d").putImageData(shade, 0, 0);
        drawPicture(context, veil, x0, y0, wide, tall);
        if (!inside) continue;
        const unit = wide / W, left = Math.max(0, fx.first), up = Math.max(0, fy.first);
        context.strokeStyle = "#ffd23f"; context.lineWidth = 2; context.setLineDash([4, 3]);
        context.strokeRect(x0 + left * unit + 1, y0 + up * unit + 1, (Math.min(W - 1, fx.last) - left + 1) * unit - 2, (Math.min(H - 1, fy.last) - up + 1) * unit - 2);
        context.setLineDash([]);
      }
    },
  });
  addSlider(demo, "layers", { label: "Layers", min: 1, max: 5, step: 1 });
  addSlider(demo, "depth", { label: "Kernel, time", min: 1, max: 5, step: 2, format: (v) => `${v} frame${v === 1 ? "" : "s"}` });
  addSlider(demo, "side", { label: "Kernel, space", min: 1, max: 5, step: 2, format: (v) => `${v} × ${v}` });
  addChoice(demo, "stride_t", { label: "Time", options: [[1, "kept"], [2, "halved"]] });
  addChoice(demo, "stride_s", { label: "Space", options: [[1, "kept"], [2, "halved"]] });
  const axes = [T, H, W].map((size, k) => addSlider(demo, AXES[k], { label: `Probe, ${"tyx"[k]}`, min: 0, max: size - 1, step: 1 }));
  const update = () => {
    const n = model.get("layers"), lengths = [axisLengths(T, model.get("stride_t"), n), ...[H, W].map((size) => axisLengths(size, model.get("stride_s"), n))];
    const ends = lengths.map((l) => l[n] - 1), beyond = AXES.filter((name, k) => model.get(name) > ends[k]);
    axes.forEach((slider, k) => { slider.max = ends[k]; });
    if (beyond.length) return set(Object.fromEntries(beyond.map((name) => [name, ends[AXES.indexOf(name)]])));
    const found = fields(), seen = found.map(({ weights }) => weights.filter((w) => w > 0).length);
    const field = found.map(({ first, last }) => last - first + 1);
    const outside = 1 - (seen[0] * seen[1] * seen[2]) / (field[0] * field[1] * field[2]);
    const half = halfOfPaths(found.map(({ weights }) => weights));
    set({ seen, outside });
    say(`The last map is ${lengths.map((l) => l[n]).join(" × ")} (time, height, width). The probe's field is ${field.join(" × ")}: ${seen.join(" × ")} of it inside the clip, ${Math.round(100 * outside)} % of it padding. Half of all paths come from ${((100 * half.count) / half.of).toFixed(0)} % of the places it sees.`);
    if (seen[0] === T && seen[1] === H && seen[2] === W) achieve("whole");
    if (seen[0] === 1 && seen[1] === H && seen[2] === W) achieve("flat");
    if (outside > 0.5) achieve("beyond");
    view.redraw();
  };
  listen(["layers", "depth", "side", "stride_t", "stride_s", ...AXES, "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
