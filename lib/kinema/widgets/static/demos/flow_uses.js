import { bilinear, followPoint } from "./flow.js";
import { addCanvas, addChoice, addHandle, addPlayer, addSlider, bytesOf, drawPicture, openDemo, pictureOf, text } from "./kit.js";

const SIDE = 420;

function median(values) {
  const sorted = Float64Array.from(values).sort(), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The camera's own drift up to each frame: running sum of the fields' medians.
export function cameraDrift(flows) {
  const drift = [[0, 0]];
  for (const { u, v } of flows) {
    const [a, b] = drift[drift.length - 1];
    drift.push([a + median(u), b + median(v)]);
  }
  return drift;
}

const USES = [
  ["features", "feed a net"], ["track", "track a point"], ["stabilise", "stabilise"],
  ["mosaic", "mosaic"], ["shape", "shape"], ["effect", "slow motion"],
];
const WORDS = {
  features: "Flow as two extra channels, drawn here as arrows: the input of a motion stream (chapter 9).",
  track: "Add the flow along the way and a point keeps its name. Drag the start.",
  stabilise: "Subtract the camera's drift. With strength 1 the towers stand still and the frame moves instead.",
  mosaic: "Lay each frame where the camera looked: together they show more than one frame does.",
  shape: "Near things move more. Speed, drawn as brightness, is a first hint of depth.",
  effect: "Move each pixel part of its way: frames that were never filmed.",
};

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "One flow field, six uses", about: model.get("about_text") });
  const { set, listen, say, achieve } = demo;
  const [count, height, width] = model.get("shape"), frames = bytesOf(model, "frames");
  const [fh, fw] = model.get("flow_shape"), raw = bytesOf(model, "flows"), unitOf = model.get("flow_unit");
  const pictures = Array.from({ length: count }, (_, k) => pictureOf(frames.subarray(k * width * height, (k + 1) * width * height), width, height));
  // Flow crosses as signed bytes on a coarser grid; here it is back in pixels of the frame.
  const flows = Array.from({ length: count - 1 }, (_, k) => {
    const part = (c) => Float64Array.from(raw.subarray((2 * k + c) * fw * fh, (2 * k + c + 1) * fw * fh), (b) => ((b << 24) >> 24) * unitOf);
    return { u: part(0), v: part(1) };
  });
  const drift = cameraDrift(flows), gx = fw / width, gy = fh / height, unit = SIDE / width, tall = height * unit;
  const flowAt = (k, x, y) => [bilinear(flows[k].u, fw, fh, x * gx, y * gy), bilinear(flows[k].v, fw, fh, x * gx, y * gy)];
  // followPoint works on the flow's own grid: scale in, scale out.
  const scaled = flows.map(({ u, v }) => ({ u: u.map((z) => z * gx), v: v.map((z) => z * gy) }));
  const pathOf = ([x, y]) => followPoint(scaled, fw, fh, [x * gx, y * gy]).map(([a, b]) => [a / gx, b / gy]);
  let clock = model.get("time");

  const view = addCanvas(demo, {
    width: SIDE, height: tall + 40, maxWidth: 640, label: "The filmed clip under the chosen use",
    draw: (context, colors) => {
      const time = clock, k = Math.min(Math.floor(time), count - 1), part = time - k, use = model.get("use");
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, SIDE, tall + 40);
      context.save();
      context.beginPath(); context.rect(0, 0, SIDE, tall + 40); context.clip();
      const next = Math.min(k + 1, count - 1);
      const [dx, dy] = [0, 1].map((c) => drift[k][c] * (1 - part) + drift[next][c] * part);
      if (use === "mosaic") {
        for (let j = 0; j <= k; j++) drawPicture(context, pictures[j], -drift[j][0] * unit, -drift[j][1] * unit + 20, SIDE, tall);
      } else if (use === "stabilise") {
        const s = model.get("strength");
        drawPicture(context, pictures[k], -dx * s * unit, -dy * s * unit + 20, SIDE, tall);
      } else if (use === "effect" && k < count - 1) {
        drawPicture(context, pictures[k], 0, 20, SIDE, tall);
        context.fillStyle = colors.orange;
        for (let y = 6; y < height; y += 9) for (let x = 6; x < width; x += 9) {
          const [u, v] = flowAt(k, x, y);
          context.drawImage(pictures[k], x - 4, y - 4, 9, 9, (x - 4 + u * part) * unit, (y - 4 + v * part) * unit + 20, 9 * unit, 9 * unit);
        }
      } else if (use === "shape" && k < count - 1) {
        const cell = 4;
        for (let y = 0; y < height; y += cell) for (let x = 0; x < width; x += cell) {
          const speed = Math.hypot(...flowAt(k, x, y));
          const b = Math.round(255 * Math.min(1, speed / model.get("top_speed")));
          context.fillStyle = `rgb(${b} ${b} ${b})`;
          context.fillRect(x * unit, y * unit + 20, cell * unit + 0.6, cell * unit + 0.6);
        }
      } else {
        drawPicture(context, pictures[k], 0, 20, SIDE, tall);
      }
      if (use === "features" && k < count - 1) {
        context.strokeStyle = "#ffd23f"; context.lineWidth = 1.6;
        for (let y = 5; y < height; y += 10) for (let x = 5; x < width; x += 10) {
          const [u, v] = flowAt(k, x, y);
          context.beginPath(); context.moveTo(x * unit, y * unit + 20); context.lineTo((x + 6 * u) * unit, (y + 6 * v) * unit + 20); context.stroke();
        }
      }
      if (use === "track") {
        const path = pathOf(model.get("point"));
        context.strokeStyle = "#ffd23f"; context.lineWidth = 3;
        context.beginPath();
        path.slice(0, k + 1).forEach(([x, y]) => context.lineTo((x + 0.5) * unit, (y + 0.5) * unit + 20));
        context.stroke();
        const [x, y] = path[k];
        context.fillStyle = colors.orange;
        context.beginPath(); context.arc((x + 0.5) * unit, (y + 0.5) * unit + 20, 6, 0, 7); context.fill();
      }
      context.restore();
      text(context, `frame ${time.toFixed(1)} of ${count - 1}`, 6, tall + 36, colors.muted);
    },
  });
  const handle = addHandle(demo, view, {
    label: "Point to track", step: unit,
    place: () => model.get("point").map((z, c) => (z + 0.5) * unit + (c ? 20 : 0)),
    move: ([x, y]) => set({ point: [Math.max(2, Math.min(width - 3, Math.round(x / unit - 0.5))), Math.max(2, Math.min(height - 3, Math.round((y - 20) / unit - 0.5)))], use: "track" }),
    describe: () => `column ${model.get("point")[0]}, row ${model.get("point")[1]}`,
  });
  addChoice(demo, "use", { label: "Use", options: USES });
  const strength = addSlider(demo, "strength", { label: "Stabilise by", min: 0, max: 2, step: 0.05, format: (v) => `${v.toFixed(2)} ×` });
  const scrub = addSlider(demo, "time", { label: "Time", min: 0, max: count - 1, step: 0.1, format: (v) => `frame ${v.toFixed(1)}` });
  const player = addPlayer(demo, (seconds) => {
    clock = (clock + seconds * 3) % (count - 1);
    view.redraw();
    // A few times a second is enough for the slider and for Python.
    if (Math.abs(clock - model.get("time")) > 0.7) { set({ time: Math.round(clock * 10) / 10 }); }
  });
  scrub.addEventListener("input", () => player.pause());
  const visited = new Set();
  const update = () => {
    const use = model.get("use"), last = drift[count - 1], s = model.get("strength");
    const left = Math.hypot(last[0] * (1 - s), last[1] * (1 - s));
    set({ screen_drift: left });
    if (model.get("prediction")) visited.add(use);
    strength.disabled = use !== "stabilise";
    handle.button.hidden = use !== "track";
    let words = WORDS[use];
    if (use === "stabilise") words += ` On the screen the towers still drift ${left.toFixed(2)} px over the clip.`;
    if (use === "track") {
      const path = pathOf(model.get("point")), end = path[count - 1], start = path[0];
      const length = Math.hypot(end[0] - start[0], end[1] - start[1]);
      words += ` It goes ${length.toFixed(1)} px.`;
      if (length < 0.3) achieve("lost");
    }
    if (use === "stabilise" && left < 0.3) achieve("still");
    if (visited.size === USES.length) achieve("all");
    say(words);
    handle.show();
    view.redraw();
  };
  demo.listen("time", () => { if (Math.abs(clock - model.get("time")) > 0.06) clock = model.get("time"); view.redraw(); });
  listen(["use", "strength", "point", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
