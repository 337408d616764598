import { addCanvas, addChoice, openDemo, text } from "./kit.js";

const WIDTH = 640, HEIGHT = 446, BLOCKS = [3, 4, 6, 3], CLASSES = 400, LEFT = 62;

// A number of channels times 1 / ratio, rounded up to an even one.
export function thin(channels, ratio) {
  return 2 * Math.ceil(channels / ratio / 2 - 1e-9);
}

// Frames that the two pathways read of a film that starts at 0; nothing if alpha does not divide the stride.
export function framesRead(frames, stride, alpha) {
  if (stride % alpha) return null;
  const fast = Array.from({ length: alpha * frames }, (_, k) => (k * stride) / alpha);
  return { slow: fast.filter((_, k) => k % alpha === 0), fast };
}

const halved = (side) => Math.floor((side - 1) / 2) + 1;

// One pathway: shapes after each stage, multiply-adds and parameters. `depths` of stem and stages, `told` channels before each stage.
function pathway(t, side, ratio, depths, told) {
  let s = halved(side), cin = thin(64, ratio), macs = 3 * cin * depths[0] * 49 * t * s * s, parameters = 3 * cin * depths[0] * 49 + 2 * cin;
  const shapes = [{ name: "input", t, s: side, c: 3 }, { name: "conv1", t, s, c: cin }];
  s = halved(s);
  shapes.push({ name: "pool1", t, s, c: cin });
  BLOCKS.forEach((count, k) => {
    const inner = thin(64 * 2 ** k, ratio), cout = thin(256 * 2 ** k, ratio), depth = depths[k + 1];
    cin += told[k];
    for (let b = 0; b < count; b++) {
      const after = k > 0 && b === 0 ? halved(s) : s;
      const first = cin * inner * depth, rest = 9 * inner * inner + inner * cout + (after !== s || cin !== cout ? cin * cout : 0);
      macs += t * (first * s * s + rest * after * after);
      parameters += first + rest + 2 * (2 * inner + cout) + (after !== s || cin !== cout ? 2 * cout : 0);
      [s, cin] = [after, cout];
    }
    shapes.push({ name: `res${k + 2}`, t, s, c: cin });
  });
  return { shapes, macs, parameters };
}

// SlowFast of 50 layers: shapes of both pathways, multiply-adds of each part, parameters of all.
export function designOf({ frames, alpha, ratio, lateral, kernel, side }) {
  const fast = pathway(alpha * frames, side, ratio, [5, 3, 3, 3, 3], [0, 0, 0, 0]);
  const sources = fast.shapes.slice(2, 6);
  const told = sources.map(({ c }) => ({ conv: 2 * c, sample: c, channels: alpha * c, none: 0 })[lateral]);
  const slow = pathway(frames, side, 1, [1, 1, 1, 3, 3], told);
  let across = 0, parameters = slow.parameters + fast.parameters;
  if (lateral === "conv") {
    for (const { s, c } of sources) {
      across += 2 * c * c * kernel * frames * s * s;
      parameters += 2 * c * c * kernel + 4 * c;
    }
  }
  const last = slow.shapes[6], channels = last.c + fast.shapes[6].c, places = Math.max(1, last.s - 6) ** 2;
  const head = channels * CLASSES * places;
  parameters += channels * CLASSES + CLASSES;
  return { slow, fast, across, head, told, macs: slow.macs + fast.macs + across + head, parameters };
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Design a SlowFast network", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const NAMES = ["frames", "stride", "alpha", "ratio", "lateral", "kernel", "side"];
  const design = () => Object.fromEntries(NAMES.map((n) => [n, model.get(n)]));
  const open = () => model.get("prediction") !== "";
  const row = () => {
    const mine = design();
    return model.get("rows").find((r) => NAMES.every((n) => r[n] === mine[n]));
  };
  const giga = (macs) => (macs / 1e9).toFixed(2);
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 760, label: "Frames that each pathway reads, shapes after each stage, and multiply-adds by pathway",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const mine = design(), read = framesRead(mine.frames, mine.stride, mine.alpha), film = mine.frames * mine.stride;
      const wide = (WIDTH - LEFT - 12) / film;
      text(context, "film", 8, 26, colors.muted);
      context.fillStyle = colors.rule;
      for (let k = 0; k < film; k++) context.fillRect(LEFT + k * wide, 14, Math.max(0.6, wide - 1), 15);
      if (!read) {
        text(context, `tau / alpha = ${mine.stride} / ${mine.alpha} is no whole number: the Fast pathway`, LEFT, 66, colors.ink, { bold: true });
        text(context, "would read between frames. There is no such network.", LEFT, 86, colors.ink, { bold: true });
        return;
      }
      for (const [name, which, y, color] of [["Slow", read.slow, 36, colors.blue], ["Fast", read.fast, 58, colors.orange]]) {
        text(context, name, 8, y + 12, color, { bold: true });
        context.fillStyle = color;
        for (const k of which) context.fillRect(LEFT + k * wide, y, Math.max(2, wide - 1), 15);
      }
      const { slow, fast, across, head, told, macs } = designOf(mine), column = (WIDTH - LEFT - 8) / 7;
      const top = 112, tall = 46, most = Math.max(32, mine.alpha * mine.frames);
      text(context, "frames", 8, top + 26, colors.muted, { size: 12 });
      slow.shapes.forEach(({ name, s }, k) => {
        const x = LEFT + k * column, room = column - 10;
        text(context, name, x, top - 10, colors.ink, { bold: true });
        for (const [path, y, color] of [[slow, top, colors.blue], [fast, top + 104, colors.orange]]) {
          const { t, c } = path.shapes[k], high = Math.max(4, (tall * s) / mine.side);
          context.fillStyle = color;
          for (let f = 0; f < t; f++) context.fillRect(x + (f * room) / most, y + tall - high, Math.max(0.7, room / most - 0.7), high);
          text(context, `${t} × ${s}²`, x, y + tall + 17, colors.ink, { size: 12 });
          text(context, `${c} ch`, x, y + tall + 33, color, { size: 12, bold: true });
        }
        if (k > 1 && k < 6 && told[k - 2]) text(context, `↑ ${told[k - 2]}`, x + room * 0.5, top + 100, colors.green, { size: 12, bold: true });
      });
      if (told[0]) text(context, "told", 8, top + 100, colors.green, { size: 12, bold: true });
      const y = 328;
      if (!open()) return text(context, "What it costs appears once you have guessed.", 8, y + 20, colors.muted);
      let x = 8;
      for (const [part, color] of [[slow.macs, colors.blue], [across, colors.green], [fast.macs, colors.orange], [head, colors.muted]]) {
        const room = ((WIDTH - 16) * part) / macs;
        context.fillStyle = color;
        context.fillRect(x, y, room, 18);
        x += room;
      }
      text(context, `Slow ${giga(slow.macs)}`, 8, y + 38, colors.blue, { bold: true });
      text(context, `lateral ${giga(across)}`, 170, y + 38, colors.green, { bold: true });
      text(context, `Fast ${giga(fast.macs)}  (${((100 * fast.macs) / macs).toFixed(1)} %)`, 330, y + 38, colors.orange, { bold: true });
      text(context, `all: ${giga(macs)} GMACs`, 8, y + 66, colors.ink, { bold: true, size: 15 });
      const known = row();
      text(context, known ? `The lecture, ${known.name}: ${known.printed} GFLOPs (quoted)` : "no row of the lecture's tables", 8, y + 92, known ? colors.purple : colors.muted, { bold: Boolean(known) });
    },
  });
  addChoice(demo, "frames", { label: "T, Slow frames", options: [2, 4, 8, 16].map((n) => [n, `${n}`]) });
  addChoice(demo, "stride", { label: "τ, one frame in", options: [2, 4, 8, 16].map((n) => [n, `${n}`]) });
  addChoice(demo, "alpha", { label: "α, Fast frames for a Slow one", options: [1, 2, 4, 8, 16].map((n) => [n, `${n}`]) });
  addChoice(demo, "ratio", { label: "β, Fast channels", options: [2, 4, 6, 8, 12, 16, 32].map((n) => [n, `1/${n}`]) });
  addChoice(demo, "lateral", { label: "Lateral", options: [["conv", "convolution"], ["channels", "time to channel"], ["sample", "sampling"], ["none", "none"]] });
  addChoice(demo, "kernel", { label: "Its kernel", options: [[5, "5 frames"], [7, "7 frames"]] });
  addChoice(demo, "side", { label: "Pixels", options: [[224, "224²"], [256, "256²"]] });
  const update = () => {
    const mine = design(), read = framesRead(mine.frames, mine.stride, mine.alpha);
    view.redraw();
    if (!read) {
      set({ gmacs: 0, fast_share: 0 });
      return say(`alpha = ${mine.alpha} does not divide tau = ${mine.stride}: there is no such network.`);
    }
    const { slow, fast, across, macs, parameters } = designOf(mine), share = fast.macs / macs, film = mine.frames * mine.stride;
    const known = row();
    set({ gmacs: macs / 1e9, fast_share: share });
    say(`Slow reads ${mine.frames} frames, Fast ${read.fast.length}, of a film of ${film}. ` + (open()
      ? `${giga(macs)} GMACs, ${(parameters / 1e6).toFixed(2)} M parameters: Slow ${giga(slow.macs)}, lateral ${giga(across)}, Fast ${giga(fast.macs)}, ${(100 * share).toFixed(1)} % of all. ${known ? `The lecture prints ${known.printed} for it (quoted).` : "No row of the lecture's tables."}`
      : "What it costs appears once you have guessed."));
    if (share < 0.05 && read.fast.length === 32) achieve("thin");
    if (fast.macs > slow.macs) achieve("dear");
    if (film === 64 && read.fast.length === 64 && macs < 27.7e9) achieve("every");
  };
  listen([...NAMES, "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
