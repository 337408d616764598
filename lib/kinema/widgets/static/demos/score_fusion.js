import { addCanvas, addSlider, openDemo, text } from "./kit.js";
import { softmax } from "./softmax.js";

const WIDTH = 600, ROW = 64, HEIGHT = 4 * ROW + 16, NAMES = ["a1", "a2", "a3", "b1", "b2", "b3"];

// Both ways to join two streams: average of probabilities, and probabilities of averaged scores.
export function fuse(a, b, weight) {
  const mix = (x, y) => x.map((value, k) => (1 - weight) * value + weight * y[k]);
  return { probabilities: mix(softmax(a), softmax(b)), scores: softmax(mix(a, b)) };
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "Averaging is not averaging", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const classes = model.get("classes"), best = (row) => row.indexOf(Math.max(...row));
  const state = () => {
    const [a1, a2, a3, b1, b2, b3] = NAMES.map((n) => model.get(n)), a = [a1, a2, a3], b = [b1, b2, b3];
    return { a, b, pa: softmax(a), pb: softmax(b), ...fuse(a, b, model.get("weight")) };
  };
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "Probabilities of both streams and of the two averages, as bars",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const { pa, pb, probabilities, scores } = state();
      const rows = [["appearance", pa, colors.blue], ["motion", pb, colors.orange], ["average of probabilities", probabilities, colors.green], ["average of raw scores", scores, colors.purple]];
      rows.forEach(([name, values, color], k) => {
        const y = 12 + k * ROW;
        text(context, name, 8, y + 14, color, { bold: true });
        values.forEach((p, j) => {
          const x = 8 + j * 197, wins = j === best(values);
          context.fillStyle = colors.rule;
          context.fillRect(x, y + 24, 186, 12);
          context.fillStyle = color;
          context.fillRect(x, y + 24, 186 * p, 12);
          text(context, `${classes[j]} ${(100 * p).toFixed(1)} %${wins ? "  ◀" : ""}`, x, y + 52, wins ? colors.ink : colors.muted, { bold: wins });
        });
      });
    },
  });
  NAMES.forEach((name, k) => addSlider(demo, name, { label: `${k < 3 ? "Appearance" : "Motion"}: ${classes[k % 3]}`, min: -2, max: 5, step: 0.1, format: (v) => v.toFixed(1) }));
  addSlider(demo, "weight", { label: "Weight of motion", min: 0, max: 1, step: 0.05, format: (v) => v.toFixed(2) });
  const update = () => {
    const { pa, pb, probabilities, scores } = state(), [p, s] = [best(probabilities), best(scores)], weight = model.get("weight");
    set({ by_probability: p, by_score: s });
    say(`Appearance says ${classes[best(pa)]}, motion says ${classes[best(pb)]}. Averaged probabilities choose ${classes[p]}, averaged scores ${classes[s]}${p === s ? "" : ": they disagree"}.`);
    if (p === 1 && s === 1 && weight === 0.5) achieve("agree");
    if (p !== best(pa) && p !== best(pb)) achieve("neither");
    if (best(pb) !== best(pa) && p === best(pb) && weight < 0.3) achieve("loud");
    view.redraw();
  };
  listen([...NAMES, "weight", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
