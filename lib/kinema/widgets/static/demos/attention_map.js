import { addCanvas, addChoice, addHandle, addSlider, bytesOf, drawPicture, openDemo, pictureOf, text } from "./kit.js";
import { softmax } from "./softmax.js";

const WIDTH = 600;

// Attention of place `query` over places `from` to `to` (exclusive): softmax of products of the first `channels`
// features, divided by the root of their number if `scaled`. `features` holds `width` numbers a place.
export function attentionOf(features, width, query, from, to, channels, scaled) {
  const products = [];
  for (let j = from; j < to; j++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += features[query * width + c] * features[j * width + c];
    products.push(scaled ? sum / Math.sqrt(channels) : sum);
  }
  return softmax(products);
}

// How many places share the answer, in effect: the exponential of the entropy. 1: a single one; N: all N alike.
export function effectivePlaces(weights) {
  return Math.exp(-weights.reduce((sum, w) => sum + (w > 0 ? w * Math.log(w) : 0), 0));
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Who answers?", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const [, H, W] = model.get("shape"), [T, rows, columns] = model.get("grid"), raw = bytesOf(model, "frames");
  const bytes = bytesOf(model, "features"), width = bytes.length / (T * rows * columns);
  const features = Float64Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), (v) => v / model.get("levels"));
  const pictures = Array.from({ length: T }, (_, t) => pictureOf(raw.subarray(t * H * W, (t + 1) * H * W), W, H));
  const across = T <= 4 ? 2 : Math.ceil(T / 2), wide = (WIDTH - 8) / across - 8, tall = (wide * H) / W, high = tall + 28;
  const HEIGHT = Math.ceil(T / across) * high + 8, unit = wide / W, patch = Math.floor(W / columns);
  const corner = (t) => [8 + (t % across) * (wide + 8), 22 + Math.floor(t / across) * high];
  const weights = () => {
    const [t, y, x] = model.get("query"), size = rows * columns, own = model.get("reach") === "frame";
    const [from, to] = own ? [t * size, (t + 1) * size] : [0, T * size], found = new Array(T * size).fill(0);
    attentionOf(features, width, t * size + y * columns + x, from, to, model.get("channels"), model.get("scale") === "scaled")
      .forEach((w, k) => { found[from + k] = w; });
    return found;
  };
  const side = patch * unit;
  const centre = ([t, y, x]) => { const [x0, y0] = corner(t); return [x0 + (x + 0.5) * side, y0 + (y + 0.5) * side]; };
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "The clip's frames; places that answer are bright",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const found = weights(), top = Math.max(...found), [qt] = model.get("query");
      for (let t = 0; t < T; t++) {
        const [x0, y0] = corner(t), share = found.slice(t * rows * columns, (t + 1) * rows * columns).reduce((a, b) => a + b, 0);
        drawPicture(context, pictures[t], x0, y0, wide, tall);
        context.fillStyle = "rgba(20,24,32,0.62)";
        context.fillRect(x0, y0, wide, tall);
        for (let y = 0; y < rows; y++) {
          for (let x = 0; x < columns; x++) {
            context.fillStyle = `rgba(255,210,63,${(0.9 * found[(t * rows + y) * columns + x]) / top})`;
            context.fillRect(x0 + x * side, y0 + y * side, side + 0.3, side + 0.3);
          }
        }
        text(context, `frame ${t}: ${(100 * share).toFixed(0)} %`, x0, y0 - 6, t === qt ? colors.orange : colors.muted, { bold: t === qt });
      }
    },
  });
  const handle = addHandle(demo, view, {
    label: "The place that asks",
    step: side,
    place: () => centre(model.get("query")),
    move: ([px, py]) => {
      const t = Math.min(T - 1, Math.max(0, Math.floor((py - 8) / high)) * across + Math.min(across - 1, Math.max(0, Math.floor((px - 8) / (wide + 8)))));
      const [x0, y0] = corner(t), inside = (v, n) => Math.max(0, Math.min(n - 1, v));
      set({ query: [t, inside(Math.floor((py - y0) / side), rows), inside(Math.floor((px - x0) / side), columns)] });
    },
    describe: () => { const [t, y, x] = model.get("query"); return `frame ${t}, row ${y}, column ${x}`; },
  });
  handle.grabAnywhere();
  addChoice(demo, "scale", { label: "Products", options: [["scaled", "divided by √C"], ["raw", "as they are"]] });
  addSlider(demo, "channels", { label: "Channels C", min: 1, max: width, step: 1 });
  addChoice(demo, "reach", { label: "It may ask", options: [["clip", "all frames"], ["frame", "its own frame"]] });
  const update = () => {
    const found = weights(), count = T * rows * columns, [t] = model.get("query");
    const own = found.slice(t * rows * columns, (t + 1) * rows * columns).reduce((a, b) => a + b, 0);
    const places = effectivePlaces(found);
    set({ places, elsewhere: 1 - own });
    say(`In effect ${places.toFixed(1)} of ${count} places answer; ${Math.round(100 * (1 - own))} % of the answer comes from other frames. The largest share of a single place is ${(100 * Math.max(...found)).toFixed(1)} %.`);
    if (places < 2) achieve("needle");
    if (places > count / 2) achieve("blur");
    if (1 - own > 0.9) achieve("time");
    handle.show();
    view.redraw();
  };
  listen(["query", "channels", "scale", "reach", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
