import { addCanvas, addChoice, addSlider, openDemo, text } from "./kit.js";

const WIDTH = 600, HEIGHT = 220, SECONDS = 60, RATE = 4, CLIP = 16;

// Which flashes, [first, second], a clip has seen whose last frame comes `phase` frames after the second one began.
// Times are frames counted back from that moment: the second flash is [0, flash), the first begins `spacing` before.
export function seenByClip(stride, spacing, flash, phase, clip) {
  const seen = [false, false];
  for (let k = 0; k < clip; k++) {
    const t = phase - k * stride;
    if (t >= 0 && t < flash) seen[1] = true;
    if (t >= -spacing && t < -spacing + flash) seen[0] = true;
  }
  return seen;
}

// Share of phases, 0 to stride - 1, at which a clip has seen both.
export function chanceOfBoth(stride, spacing, flash, clip) {
  let both = 0;
  for (let phase = 0; phase < stride; phase++) both += seenByClip(stride, spacing, flash, phase, clip).every(Boolean);
  return both / stride;
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Who remembers the first flash?", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const frames = (seconds) => Math.round(seconds * RATE);
  const now = () => {
    const stride = model.get("stride"), spacing = frames(model.get("spacing")), flash = Math.max(1, frames(model.get("flash")));
    const phase = Math.min(model.get("phase"), stride - 1), bank = model.get("window") >= model.get("spacing");
    const clip = model.get("method") === "clip";
    return {
      stride, spacing, flash, phase, clip, bank,
      seen: clip ? seenByClip(stride, spacing, flash, phase, CLIP) : [bank, true],
      chance: clip ? chanceOfBoth(stride, spacing, flash, CLIP) : Number(bank),
    };
  };
  const second = SECONDS * RATE - 24;                                            // frame at which the second flash begins
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "A minute of film with two flashes, and what the net has read of it",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const { stride, spacing, flash, phase, clip, seen } = now(), unit = (WIDTH - 24) / (SECONDS * RATE), at = (t) => 12 + t * unit;
      text(context, "film", 12, 20, colors.ink, { bold: true });
      context.fillStyle = colors.rule;
      context.fillRect(at(0), 30, WIDTH - 24, 46);
      for (const [k, t] of [[0, second - spacing], [1, second]]) {
        context.fillStyle = colors.orange;
        context.fillRect(at(t), 30, Math.max(2, flash * unit), 46);
        text(context, seen[k] ? "seen" : "not seen", at(t), 92, seen[k] ? colors.green : colors.muted, { bold: seen[k], align: k ? "left" : "center" });
      }
      text(context, clip ? `clip: 16 frames, ${((15 * stride) / RATE).toFixed(1)} s` : `bank: ${model.get("window")} s to either side, every frame read once`, 12, 122, colors.ink, { bold: true });
      context.fillStyle = colors.blue;
      if (clip) {
        for (let k = 0; k < CLIP; k++) {
          const t = second + phase - k * stride;
          if (t >= 0) context.fillRect(at(t), 132, Math.max(1.5, unit - 0.6), 34);
        }
      } else {
        const reach = frames(model.get("window")), from = Math.max(0, second - reach), to = Math.min(SECONDS * RATE, second + reach);
        context.fillRect(at(from), 132, Math.max(2, (to - from) * unit), 34);
      }
      for (let s = 0; s <= SECONDS; s += 10) text(context, `${s} s`, at(s * RATE), 188, colors.muted, { align: s === 0 ? "left" : s === SECONDS ? "right" : "center" });
      text(context, `best possible: ${(50 + 50 * now().chance).toFixed(1)} % right, where 50 % is guessing`, 12, 211, colors.ink, { bold: true });
    },
  });
  addChoice(demo, "method", { label: "The net has", options: [["clip", "a clip"], ["bank", "a feature bank"]] });
  const stride = addSlider(demo, "stride", { label: "Stride", min: 1, max: 24, step: 1, format: (v) => (v === 1 ? "every frame" : `one frame in ${v}`) });
  const phase = addSlider(demo, "phase", { label: "Phase", min: 0, max: 23, step: 1, format: (v) => `${v} frames later` });
  const window_ = addSlider(demo, "window", { label: "Window of the bank", min: 0, max: 50, step: 1, format: (v) => `± ${v} s` });
  addSlider(demo, "spacing", { label: "Flashes apart", min: 2, max: 50, step: 1, format: (v) => `${v} s` });
  addSlider(demo, "flash", { label: "A flash lasts", min: 0.25, max: 4, step: 0.25, format: (v) => `${v} s` });
  const update = () => {
    const state = now(), apart = model.get("spacing");
    stride.disabled = phase.disabled = !state.clip;
    window_.disabled = state.clip;
    phase.max = state.stride - 1;
    if (model.get("phase") > state.stride - 1) return set({ phase: state.stride - 1 });
    set({ chance: state.chance });
    const words = state.seen[0] ? (state.seen[1] ? "both flashes" : "the first flash only") : state.seen[1] ? "the second flash only" : "neither flash";
    const how = state.clip ? `At this phase the clip has seen ${words}; ${Math.round(100 * state.chance)} % of the phases see both.` : `With its bank the net knows ${words}.`;
    say(`${how} So at most ${(50 + 50 * state.chance).toFixed(1)} % of the answers can be right.`);
    if (state.clip && state.chance === 1 && apart >= 20) achieve("both");
    if (state.clip && 15 * state.stride >= state.spacing && state.chance < 0.1) achieve("skips");
    if (!state.clip && state.bank && model.get("window") === apart) achieve("least");
    view.redraw();
  };
  listen(["method", "stride", "phase", "window", "spacing", "flash", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
