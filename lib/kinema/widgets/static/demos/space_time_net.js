import { addButton, addCanvas, addChoice, addSlider, openDemo, text } from "./kit.js";

const WIDTH = 600, HEIGHT = 320, SIDE = 112, CHANNELS = [64, 128, 256, 256, 256], HIDDEN = 2048, CLASSES = 101;

// Layer by layer: frames and pixels left after each pool, what one output has seen, parameters and multiply-adds.
// Dead: the clip is too short, a pool finds no frame to read.
export function netOf(depths, firstPool, frames) {
  let t = frames, s = SIDE, cin = 3, parameters = 0, macs = 0, seenT = 1, seenS = 1, stepT = 1, stepS = 1;
  const layers = [];
  for (let k = 0; k < 5; k++) {
    const cout = CHANNELS[k], pool = k === 0 ? firstPool : 2, last = k === 4;
    const before = t;
    parameters += cin * cout * 9 * depths[k] + cout;
    macs += cin * cout * 9 * depths[k] * t * s * s;
    seenT += (depths[k] - 1) * stepT;
    seenS += 2 * stepS;
    const atConv = { t: seenT, s: seenS };
    seenT += (pool - 1) * stepT;
    seenS += stepS;
    stepT *= pool;
    stepS *= 2;
    t = Math.floor(t / pool);
    s = last ? Math.floor(s / 2) + 1 : Math.floor(s / 2);
    cin = cout;
    layers.push({ before, t, s, channels: cout, seenT: atConv.t, seenS: atConv.s });
  }
  const width = cin * t * s * s;
  for (const [a, b] of [[width, HIDDEN], [HIDDEN, HIDDEN], [HIDDEN, CLASSES]]) { parameters += a * b + b; macs += a * b; }
  return { layers, parameters, macs, dead: t < 1 };
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Depth in time", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const names = ["depth1", "depth2", "depth3", "depth4", "depth5"];
  const net = () => netOf(names.map((n) => model.get(n)), model.get("first_pool"), model.get("frames"));
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "Frames left after each layer, and frames of the clip that one output of it has seen",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const { layers } = net(), frames = model.get("frames");
      const columns = [{ name: "clip", t: frames, s: SIDE, channels: 3, seenT: 1 }, ...layers.map((l, k) => ({ name: `conv${k + 1}`, ...l }))];
      const wide = WIDTH / 6;
      text(context, "frames left", 8, 18, colors.blue, { bold: true });
      text(context, "frames seen by one output of the convolution", 8, 178, colors.orange, { bold: true });
      columns.forEach(({ name, t, s, channels, seenT }, k) => {
        const x = k * wide + 8, room = wide - 18;
        context.fillStyle = colors.blue;
        for (let f = 0; f < t; f++) context.fillRect(x + (f * room) / 32, 28 + 42 * (1 - s / SIDE), Math.max(1, room / 32 - 1), Math.max(3, (42 * s) / SIDE));
        text(context, `${t} × ${s}²`, x, 92, colors.ink);
        text(context, `${channels} ch`, x, 110, colors.muted);
        text(context, name, x, 136, colors.ink, { bold: true });
        context.fillStyle = colors.rule;
        context.fillRect(x, 190, room, 12);
        context.fillStyle = colors.orange;
        context.fillRect(x, 190, room * Math.min(1, seenT / frames), 12);
        text(context, seenT > frames ? `${seenT}: all` : `${seenT}`, x, 222, colors.ink);
      });
      const { macs, parameters, dead } = net();
      text(context, dead ? "There is no such net: no frame is left for its last pool." : `${(macs / 1e9).toFixed(1)} billion multiply-adds,  ${(parameters / 1e6).toFixed(2)} million parameters`, 8, 262, colors.ink, { bold: true });
      text(context, "The paper's nets: 1-1-1-1-1, 3-3-3-3-3, 5-5-5-5-5, 7-7-7-7-7, 3-3-5-5-7, 7-5-5-3-3.", 8, 292, colors.muted);
    },
  });
  names.forEach((name, k) => addSlider(demo, name, { label: `Depth of conv${k + 1}`, min: 1, max: 7, step: 2, format: (v) => `${v} frame${v === 1 ? "" : "s"}` }));
  addSlider(demo, "frames", { label: "Clip", min: 8, max: 32, step: 8, format: (v) => `${v} frames` });
  addChoice(demo, "first_pool", { label: "First pool", options: [[1, "spares time"], [2, "halves time"]] });
  for (const depths of [[1, 1, 1, 1, 1], [3, 3, 3, 3, 3], [7, 7, 7, 7, 7], [3, 3, 5, 5, 7]]) {
    addButton(demo, depths.join("-"), () => set(Object.fromEntries(names.map((n, k) => [n, depths[k]]))));
  }
  const update = () => {
    const { layers, macs, parameters, dead } = net(), last = layers[4];
    set({ gmacs: macs / 1e9, parameters, seen: last.seenT });
    const left = dead ? "no frame is left for the last pool: the clip is too short" : `${last.before} of ${model.get("frames")} frames reach the fifth convolution`;
    say(`${dead ? "No such net." : `${(macs / 1e9).toFixed(1)} GMACs, ${(parameters / 1e6).toFixed(2)} M parameters.`} One output of the fifth convolution has seen ${last.seenT} frames; ${left}.`);
    if (last.seenT >= 84 && macs < 25e9 && !dead) achieve("far");
    if (model.get("frames") === 16 && last.before === 1) achieve("dead");
    if (names.every((n) => model.get(n) === 1)) achieve("flat");
    view.redraw();
  };
  listen([...names, "first_pool", "frames", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
