import { followPoint } from "./flow.js";
import { addButton, addCanvas, bytesOf, drawPicture, openDemo, pictureOf, text } from "./kit.js";
import { pyramidalLucasKanade } from "./pyramidal.js";

const WIDTH = 600, BINS = 8;

// Mean over the frame of each direction's share of magnitude: kinema.recognition.trajectories.orientation_maps.
export function directionShares(gx, gy, bins) {
  const shares = new Array(bins).fill(0);
  for (let k = 0; k < gx.length; k++) {
    const magnitude = Math.hypot(gx[k], gy[k]);
    if (!magnitude) continue;
    const place = (((Math.atan2(gy[k], gx[k]) / (2 * Math.PI)) * bins) % bins + bins) % bins;
    const low = Math.floor(place) % bins, share = place - Math.floor(place);
    shares[low] += magnitude * (1 - share);
    shares[(low + 1) % bins] += magnitude * share;
  }
  return shares.map((s) => s / gx.length);
}

// Slopes of brightness, central inside and one-sided at the border: numpy.gradient.
export function slopesOf(image, width, height) {
  const gx = new Float64Array(image.length), gy = new Float64Array(image.length);
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++, k++) {
      const l = x > 0 ? 1 : 0, r = x < width - 1 ? 1 : 0, a = y > 0 ? 1 : 0, b = y < height - 1 ? 1 : 0;
      gx[k] = (image[k + r] - image[k - l]) / (l + r);
      gy[k] = (image[k + b * width] - image[k - a * width]) / (a + b);
    }
  }
  return { gx, gy };
}

// Distance between the ends of a path over its length; a path that does not move is straight.
export function straightness(path) {
  let way = 0;
  for (let k = 1; k < path.length; k++) way += Math.hypot(path[k][0] - path[k - 1][0], path[k][1] - path[k - 1][1]);
  const [x0, y0] = path[0], [x1, y1] = path[path.length - 1];
  return way > 0 ? Math.hypot(x1 - x0, y1 - y0) / way : 1;
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "A film as cards", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const [count, height, width] = model.get("shape"), raw = bytesOf(model, "frames"), size = width * height;
  const bytes = Array.from({ length: count }, (_, k) => raw.subarray(k * size, (k + 1) * size));
  const images = bytes.map((b) => Float64Array.from(b, (v) => v / 255));
  const pictures = bytes.map((b) => pictureOf(b, width, height));
  const edges = images.map((image) => { const { gx, gy } = slopesOf(image, width, height); return directionShares(gx, gy, BINS); });
  const known = new Map();
  const flowOf = (i, j) => {
    const key = i * count + j;
    if (!known.has(key)) known.set(key, pyramidalLucasKanade(images[i], images[j], width, height, { levels: 4 }));
    return known.get(key);
  };
  const mean = (rows) => rows[0].map((_, b) => rows.reduce((sum, row) => sum + row[b], 0) / rows.length);
  const measure = (order) => {
    const flows = order.slice(1).map((j, k) => flowOf(order[k], j));
    const path = followPoint(flows, width, height, [(width - 1) / 2, (height - 1) / 2]);
    const motion = mean(flows.map(({ u, v }) => directionShares(u, v, BINS)));
    let x = 0, y = 0;
    motion.forEach((m, b) => { x += m * Math.cos((2 * Math.PI * b) / BINS); y += m * Math.sin((2 * Math.PI * b) / BINS); });
    return { path, motion, edges: mean(order.map((k) => edges[k])), straight: straightness(path), heading: (Math.atan2(y, x) * 180) / Math.PI };
  };
  const own = measure(Array.from({ length: count }, (_, k) => k));
  let now = measure(model.get("order")), shuffled = false;
  const cards = Math.min(count, 9), card = (WIDTH - 16) / cards - 6, tall = (card * height) / width, bottom = 40 + tall;
  const bars = (context, colors, title, values, ghost, x0, color) => {
    text(context, title, x0, bottom + 24, color, { bold: true });
    const top = Math.max(...values, ...ghost, 1e-9);
    values.forEach((v, b) => {
      const x = x0 + b * 33, h = (90 * v) / top, g = (90 * ghost[b]) / top;
      context.fillStyle = color;
      context.fillRect(x, bottom + 140 - h, 22, h);
      context.strokeStyle = colors.ink; context.lineWidth = 1.5; context.setLineDash([4, 3]);
      context.strokeRect(x - 2, bottom + 140 - g, 26, g);
      context.setLineDash([]);
      text(context, "→↘↓↙←↖↑↗"[b], x + 11, bottom + 158, colors.muted, { align: "center" });
    });
  };
  const view = addCanvas(demo, {
    width: WIDTH, height: bottom + 168, maxWidth: 720, label: "The film's frames in their present order, and bars of the two features",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, bottom + 168);
      const order = model.get("order");
      order.slice(0, cards).forEach((k, place) => {
        const x = 8 + place * (card + 6);
        drawPicture(context, pictures[k], x, 26, card, tall);
        text(context, `${k + 1}`, x + 2, 18, k === place ? colors.muted : colors.orange, { bold: k !== place });
        const [px, py] = now.path[place];
        context.fillStyle = "#ffd23f";
        context.beginPath(); context.arc(x + ((px + 0.5) * card) / width, 26 + ((py + 0.5) * tall) / height, 4, 0, 7); context.fill();
      });
      bars(context, colors, "edges, mean of frames", now.edges, own.edges, 16, colors.blue);
      bars(context, colors, "motion, mean of pairs", now.motion, own.motion, 324, colors.orange);
    },
  });
  addButton(demo, "In order", () => set({ order: Array.from({ length: count }, (_, k) => k) }));
  addButton(demo, "Backwards", () => set({ order: Array.from({ length: count }, (_, k) => count - 1 - k) }));
  let seed = 1;
  addButton(demo, "Shuffle", () => {
    const order = Array.from({ length: count }, (_, k) => k);
    for (let k = count - 1; k > 0; k--) {
      seed = (seed * 48271) % 2147483647;
      const j = seed % (k + 1);
      [order[k], order[j]] = [order[j], order[k]];
    }
    set({ order });
  });
  addButton(demo, "One swap nearer", () => {
    const order = [...model.get("order")], k = order.findIndex((card_, place) => card_ !== place);
    if (k < 0) return;
    const j = order.indexOf(k);
    [order[k], order[j]] = [order[j], order[k]];
    set({ order });
  });
  const update = () => {
    now = measure(model.get("order"));
    set({ straightness: now.straight, heading: now.heading });
    const same = now.edges.every((e, b) => Math.abs(e - own.edges[b]) < 1e-12);
    const turned = Math.abs(((now.heading - own.heading + 540) % 360) - 180);
    const inOrder = model.get("order").every((k, place) => k === place);
    say(`Edges: ${same ? "the same bars as in order" : "other bars than in order"}. Motion: main direction turned by ${Math.round(turned)}°, straightness of the path ${now.straight.toFixed(2)}.`);
    if (turned > 150) achieve("turn");
    if (now.straight < 0.3) { achieve("break"); if (model.get("prediction")) shuffled = true; }
    if (shuffled && now.straight > 0.9 && inOrder) achieve("mend");
    view.redraw();
  };
  listen(["order", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
