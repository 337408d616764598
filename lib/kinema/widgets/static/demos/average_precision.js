import { addButton, addCanvas, addChoice, addSlider, el, openDemo, text } from "./kit.js";

const WIDTH = 620, HEIGHT = 330, SIDE = 250, LEFT = 52, TOP = 22;

// Precision and recall after each answer of a ranked list, and the area in steps of recall: plain, or each precision
// raised to the best that follows. NaN where nothing was to be found.
export function rankedCurve(hits, missed) {
  const wanted = hits.reduce((sum, h) => sum + h, 0) + missed, precision = [], recall = [];
  let right = 0;
  hits.forEach((hit, k) => {
    right += hit;
    precision.push(right / (k + 1));
    recall.push(right / wanted);
  });
  const envelope = precision.slice();
  for (let k = envelope.length - 2; k >= 0; k--) envelope[k] = Math.max(envelope[k], envelope[k + 1]);
  const area = (heights) => heights.reduce((sum, p, k) => sum + p * (recall[k] - (k ? recall[k - 1] : 0)), 0);
  return { precision, recall, envelope, plain: wanted ? area(precision) : NaN, raised: wanted ? area(envelope) : NaN };
}

// All classes' answers in one ranking, by their confidence.
export function pooledHits(hits, scores) {
  const all = hits.flatMap((row, c) => row.map((hit, k) => [scores[c][k], hit]));
  return all.sort((a, b) => b[0] - a[0]).map(([, hit]) => hit);
}

export function meanOf(values) {
  const known = values.filter((v) => !Number.isNaN(v));
  return known.length ? known.reduce((a, b) => a + b, 0) / known.length : NaN;
}

const percent = (v) => (Number.isNaN(v) ? "none: nothing to find" : `${(100 * v).toFixed(0)} %`);

function render({ model, el: root }) {
  const demo = openDemo({ model, el: root, title: "The area under a ranking", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const classes = model.get("classes"), area = (curve) => (model.get("rule") === "plain" ? curve.plain : curve.raised);
  const first = { hits: model.get("hits"), scores: model.get("scores"), missed: model.get("missed") };
  const curves = () => model.get("hits").map((h, c) => rankedCurve(h, model.get("missed")[c]));
  const together = () => rankedCurve(pooledHits(model.get("hits"), model.get("scores")), model.get("missed").reduce((a, b) => a + b, 0));
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 740, label: "Precision over recall of the chosen class, with its area, and the average precision of all classes as bars",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const all = curves(), c = model.get("chosen"), { precision, recall, envelope } = all[c], raised = model.get("rule") === "envelope";
      const x = (r) => LEFT + SIDE * r, y = (p) => TOP + SIDE * (1 - p);
      context.strokeStyle = colors.rule;
      context.lineWidth = 1;
      for (const v of [0, 0.5, 1]) {
        context.beginPath();
        context.moveTo(x(v), y(0)); context.lineTo(x(v), y(1));
        context.moveTo(x(0), y(v)); context.lineTo(x(1), y(v));
        context.stroke();
        text(context, `${100 * v}`, x(v), y(0) + 18, colors.muted, { align: "center", size: 12 });
        text(context, `${100 * v}`, x(0) - 6, y(v) + 4, colors.muted, { align: "right", size: 12 });
      }
      text(context, "recall, %", x(0.5), y(0) + 36, colors.muted, { align: "center" });
      text(context, "precision, %", LEFT - 40, TOP - 8, colors.muted);
      if (!Number.isNaN(all[c].plain)) {
        const heights = raised ? envelope : precision;
        context.fillStyle = colors.blue;
        context.globalAlpha = 0.25;
        heights.forEach((p, k) => {
          const from = k ? recall[k - 1] : 0;
          if (recall[k] > from) context.fillRect(x(from), y(p), x(recall[k]) - x(from), y(0) - y(p));
        });
        context.globalAlpha = 1;
        context.strokeStyle = colors.blue;
        context.lineWidth = 2;
        context.beginPath();
        precision.forEach((p, k) => (k ? context.lineTo(x(recall[k]), y(p)) : context.moveTo(x(recall[k]), y(p))));
        context.stroke();
        precision.forEach((p, k) => {
          const at = k === model.get("kept") - 1;
          context.fillStyle = at ? colors.orange : colors.blue;
          context.beginPath();
          context.arc(x(recall[k]), y(p), at ? 7 : 4, 0, 7);
          context.fill();
        });
      }
      const x0 = 350, room = WIDTH - x0 - 12;
      const pooled = together();
      const bars = [...all.map((curve, k) => [`${classes[k]}: AP ${percent(area(curve))}`, area(curve), k === c ? colors.blue : colors.muted]),
        [`mean over classes, mAP ${percent(meanOf(all.map(area)))}`, meanOf(all.map(area)), colors.green],
        [`all answers in one list ${percent(area(pooled))}`, area(pooled), colors.purple]];
      bars.forEach(([words, value, color], k) => {
        const top = TOP + k * 56 + (k > 2 ? 12 : 0);
        text(context, words, x0, top + 6, color, { bold: true });
        context.fillStyle = colors.rule;
        context.fillRect(x0, top + 14, room, 12);
        context.fillStyle = color;
        context.fillRect(x0, top + 14, room * (value || 0), 12);
      });
    },
  });
  addChoice(demo, "chosen", { label: "Class", options: classes.map((name, k) => [k, name]) });
  addChoice(demo, "rule", { label: "Area under", options: [["plain", "the curve"], ["envelope", "its envelope"]] });
  const group = el("div", { class: "kd-choice", role: "group", "aria-label": "Answers, surest first" }, el("span", {}, "Answers, surest first"));
  demo.controls.append(group);
  const answers = model.get("hits")[0].map((_, k) => addButton(demo, "", () => {
    const hits = model.get("hits").map((h) => h.slice()), c = model.get("chosen");
    hits[c][k] = 1 - hits[c][k];
    set({ hits });
  }, group));
  addSlider(demo, "kept", { label: "Keep the first", min: 1, max: 10, step: 1, format: (v) => `${v} answer${v === 1 ? "" : "s"}` });
  const counts = el("div", { class: "kd-choice", role: "group", "aria-label": "Never found" }, el("span", {}, "Never found"));
  demo.controls.append(counts);
  const changeMissed = (by) => {
    const missed = model.get("missed").slice(), c = model.get("chosen");
    missed[c] = Math.min(9, Math.max(0, missed[c] + by));
    set({ missed });
  };
  addButton(demo, "one less", () => changeMissed(-1), counts);
  addButton(demo, "one more", () => changeMissed(1), counts);
  addButton(demo, "Make this class surer: square roots", () => {
    set({ scores: model.get("scores").map((row, c) => (c === model.get("chosen") ? row.map(Math.sqrt) : row)) });
  });
  addButton(demo, "Start again", () => set(first));
  const update = () => {
    const all = curves(), c = model.get("chosen"), curve = all[c], hits = model.get("hits")[c], kept = model.get("kept"), missed = model.get("missed");
    answers.forEach((button, k) => {
      button.textContent = `${hits[k] ? "✓" : "✗"} ${model.get("scores")[c][k].toFixed(2).replace(/^0/, "")}`;
      button.setAttribute("aria-label", `Answer ${k + 1}, confidence ${model.get("scores")[c][k].toFixed(2)}: ${hits[k] ? "right" : "wrong"}`);
      button.setAttribute("aria-pressed", String(Boolean(hits[k])));
    });
    const pooled = together();
    const mean = meanOf(all.map(area)), p = curve.precision[kept - 1], r = curve.recall[kept - 1];
    set({ mean: Number.isNaN(mean) ? 0 : mean, pooled: Number.isNaN(area(pooled)) ? 0 : area(pooled) });
    say(`${classes[c]}: of the ${kept} surest answers ${percent(p)} are right (precision), and they are ${percent(r)} of all there was (recall; ${missed[c]} never found). AP ${percent(area(curve))}. Mean over classes ${percent(mean)}, all answers in one list ${percent(area(pooled))}.`);
    if (p >= 0.5 && curve.plain < 0.3) achieve("half");
    if (kept === 5 && p > 0.7 && r > 0.7) achieve("wise");
    if (meanOf(all.map((a) => a.plain)) < 0.7 && pooled.plain > 0.8) achieve("rare");
    view.redraw();
  };
  listen(["hits", "scores", "missed", "chosen", "kept", "rule", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
