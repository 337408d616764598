import { addButton, addCanvas, addChoice, addPlayer, addSlider, openDemo, text } from "./kit.js";

const WIDTH = 420, HEIGHT = 400, RATE = 20;

// Numbers in [0, 1) that repeat, from the generator state <- 48271 state mod (2^31 - 1).
export function draws(seed, count) {
  let state = (seed * 7919) % 2147483647 || 1;
  const found = [];
  for (let k = 0; k < count + 3; k++) {
    state = (state * 48271) % 2147483647;
    found.push(state / 2147483647);
  }
  return found.slice(3);
}

// Lamps of a trial at a frame: [x, y] in body heights, and whether it walks to the right.
// Scrambling keeps each lamp's own motion and moves its place; which lamps stay on is drawn too.
export function lampsOf(joints, kind, order, lamps, trial, frame) {
  const count = joints[0].length, frames = joints.length, random = draws(trial, 2 + 4 * count);
  const right = random[0] < 0.5, start = Math.floor(random[1] * frames);
  const time = order === "frozen" ? 0 : order === "shuffled" ? (frame * 7) % frames : frame;
  const now = joints[(start + time) % frames];
  const ranks = Array.from({ length: count }, (_, k) => k).sort((a, b) => random[2 + a] - random[2 + b]);
  const points = ranks.slice(0, lamps).map((k) => {
    let [x, y] = now[k];
    if (kind === "scrambled") {
      const home = [0, 1].map((axis) => joints.reduce((sum, row) => sum + row[k][axis], 0) / frames);
      x += 0.9 * (random[2 + count + 2 * k] - 0.5) - home[0];
      y += 0.9 * (random[3 + count + 2 * k] - 0.5) - home[1];
    }
    return [right ? x : -x, kind === "inverted" ? -y : y];
  });
  return { points, right };
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Which way?", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const joints = model.get("joints");
  let last = "", clock = 0;
  const state = () => lampsOf(joints, model.get("kind"), model.get("order"), model.get("lamps"), model.get("trial"), Math.floor(clock * RATE) % joints.length);
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 420, label: "White lamps on black",
    draw: (context) => {
      context.fillStyle = "#0b0d12";
      context.fillRect(0, 0, WIDTH, HEIGHT);
      context.fillStyle = "#ffffff";
      for (const [x, y] of state().points) {
        context.beginPath();
        context.arc(WIDTH / 2 + 340 * x, HEIGHT / 2 + 340 * y, 5, 0, 7);
        context.fill();
      }
      if (last) text(context, last, 12, 22, "#c9ced8");
    },
  });
  const answer = (says) => {
    const { right } = state(), hit = right === (says === "right");
    const key = `${model.get("kind")}, ${model.get("order")}${model.get("lamps") <= 4 ? ", few lamps" : ""}`;
    const [good, tried] = model.get("tally")[key] ?? [0, 0];
    last = `${hit ? "Right" : "Wrong"}: it walked to the ${right ? "right" : "left"}.`;
    set({ tally: { ...model.get("tally"), [key]: [good + Number(hit), tried + 1] }, trial: model.get("trial") + 1 });
  };
  addButton(demo, "← It walks left", () => answer("left"));
  addButton(demo, "It walks right →", () => answer("right"));
  addPlayer(demo, (seconds) => { clock += seconds; view.redraw(); }, { stepSeconds: 1 / RATE });
  addChoice(demo, "kind", { label: "Lamps", options: [["upright", "upright"], ["inverted", "upside down"], ["scrambled", "scrambled"]] });
  addChoice(demo, "order", { label: "Time", options: [["moving", "moving"], ["frozen", "frozen"], ["shuffled", "shuffled"]] });
  addSlider(demo, "lamps", { label: "Lamps on", min: 2, max: 12, step: 1 });
  const update = () => {
    const score = Object.entries(model.get("tally")).map(([key, [good, tried]]) => `${key}: ${good} of ${tried} right`);
    say(`${model.get("lamps")} lamps, ${model.get("kind")}, ${model.get("order")}. ${score.length ? score.join("; ") + "." : "No answer yet."}`);
    const sum = (words, which) => Object.entries(model.get("tally")).reduce((total, [key, counts]) => total + (key.includes(words) ? counts[which] : 0), 0);
    if (sum("upright, moving", 0) >= 3) achieve("moving");
    if (sum("few lamps", 0) >= 1) achieve("few");
    if (sum("frozen", 1) >= 6) achieve("still");
    view.redraw();
  };
  listen(["kind", "order", "lamps", "trial", "tally", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
