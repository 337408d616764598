import { addCanvas, addChoice, addSlider, el, openDemo, text } from "./kit.js";

const WIDTH = 640, HEIGHT = 380, LEFT = 50, RIGHT = 14, TOP = 18, BOTTOM = 46, LOW = 66, HIGH = 80;
const CROP = [1.2, 2.7], VIDEO = [2.9, 4.8];   // decimal logarithms of GFLOPs at the ends of the axis

// GFLOPs of a crop, or of a whole video; null where one factor is not given.
export function priceOf({ gflops, crops }, price) {
  if (gflops === null || (price === "video" && crops === null)) return null;
  return price === "video" ? gflops * crops : gflops;
}

// For each point whether no other costs no more and scores no less, with one of both strictly. A null price is on no front.
export function frontOf(prices, scores) {
  return prices.map((p, i) => p !== null && !prices.some((q, j) => q !== null && q <= p && scores[j] >= scores[i] && (q < p || scores[j] > scores[i])));
}

// The best score within a budget, as an index; -1 if nothing can be had. Of equals the cheapest.
export function bestWithin(prices, scores, budget) {
  let best = -1;
  prices.forEach((p, i) => {
    if (p === null || p > budget) return;
    if (best < 0 || scores[i] > scores[best] || (scores[i] === scores[best] && p < prices[best])) best = i;
  });
  return best;
}

const thousands = (v) => v.toLocaleString("en", { maximumFractionDigits: v < 1000 ? 1 : 0 });

function render({ model, el: root }) {
  const demo = openDemo({ model, el: root, title: "What accuracy costs", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const rows = model.get("rows"), scores = rows.map((r) => r.top1);
  const open = () => model.get("prediction") !== "";
  const shown = (r) => model.get("trained") === "all" || !r.imagenet;
  const prices = () => rows.map((r) => (shown(r) ? priceOf(r, model.get("price")) : null));
  const ends = () => (model.get("price") === "video" ? VIDEO : CROP);
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 760, label: "Networks by price, logarithmic, and top-1 accuracy",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const [low, high] = ends(), now = prices(), front = frontOf(now, scores);
      const x = (p) => LEFT + ((Math.log10(p) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
      const y = (s) => TOP + ((HIGH - s) / (HIGH - LOW)) * (HEIGHT - TOP - BOTTOM);
      context.strokeStyle = colors.rule;
      context.lineWidth = 1;
      for (let s = LOW; s <= HIGH; s += 2) {
        context.beginPath(); context.moveTo(LEFT, y(s)); context.lineTo(WIDTH - RIGHT, y(s)); context.stroke();
        text(context, `${s}`, LEFT - 6, y(s) + 4, colors.muted, { align: "right", size: 12 });
      }
      for (const p of [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000]) {
        if (Math.log10(p) < low || Math.log10(p) > high) continue;
        context.beginPath(); context.moveTo(x(p), y(LOW)); context.lineTo(x(p), y(HIGH)); context.stroke();
        text(context, thousands(p), x(p), y(LOW) + 17, colors.muted, { align: "center", size: 12 });
      }
      text(context, `GFLOPs of ${model.get("price") === "video" ? "a whole video: of a crop × crops" : "one crop"}`, WIDTH - RIGHT, HEIGHT - 8, colors.muted, { align: "right" });
      text(context, "top-1, %", 4, TOP - 5, colors.muted, { size: 12 });
      const budget = 10 ** model.get("budget");
      if (model.get("price") === "video") {
        context.fillStyle = colors.green;
        context.globalAlpha = 0.12;
        context.fillRect(LEFT, y(HIGH), Math.min(Math.max(x(budget) - LEFT, 0), WIDTH - LEFT - RIGHT), y(LOW) - y(HIGH));
        context.globalAlpha = 1;
      }
      const pair = [model.get("first"), model.get("second")];
      rows.forEach((r, k) => {
        if (now[k] === null) return;
        const color = r.name.startsWith("SlowFast") ? colors.orange : r.imagenet ? colors.purple : colors.blue, mine = pair.includes(k);
        context.fillStyle = context.strokeStyle = color;
        context.beginPath();
        context.arc(x(now[k]), y(r.top1), mine ? 7 : 4.5, 0, 7);
        context.fill();
        if (front[k]) { context.lineWidth = 1.5; context.beginPath(); context.arc(x(now[k]), y(r.top1), 10, 0, 7); context.stroke(); }
        if (!mine) return;
        const right = x(now[k]) > 0.62 * WIDTH;
        text(context, r.name, x(now[k]) + (right ? -14 : 14), y(r.top1) + (k === pair[0] ? -8 : 16), colors.ink, { bold: true, align: right ? "right" : "left" });
      });
      [["SlowFast", colors.orange], ["others from scratch", colors.blue], ["pre-trained on ImageNet", colors.purple]].forEach(([words, color], k) =>
        text(context, words, WIDTH - RIGHT - 6, y(LOW) - 46 + 18 * k, color, { align: "right", bold: true, size: 12 }));
    },
  });
  addChoice(demo, "price", { label: "Price of", options: [["crop", "one crop"], ["video", "a whole video"]] });
  addChoice(demo, "trained", { label: "Show", options: [["all", "all"], ["scratch", "those without ImageNet"]] });
  addSlider(demo, "budget", { label: "Budget for a video", min: 3, max: 4.7, step: 0.025, format: (v) => `${thousands(Math.round(10 ** v / 10) * 10)} GFLOPs` });
  for (const [name, label] of [["first", "First"], ["second", "Second"]]) {
    const select = el("select", { "aria-label": `${label} network`, "data-lm-suppress-shortcuts": "true", onchange: (e) => set({ [name]: Number(e.target.value) }) },
      ...rows.map((r, k) => el("option", { value: k }, r.name)));
    demo.controls.append(el("label", { class: "kd-choice" }, el("span", {}, label), select));
    const show = () => { select.value = String(model.get(name)); };
    listen(name, show);
    show();
  }
  const update = () => {
    const now = prices(), whole = rows.map((r) => (shown(r) ? priceOf(r, "video") : null)), budget = 10 ** model.get("budget");
    const [a, b] = [rows[model.get("first")], rows[model.get("second")]], best = bestWithin(whole, scores, budget);
    set({ best });
    const tell = (r) => {
      const p = priceOf(r, model.get("price"));
      return `${r.name}: ${r.top1} %, ${p === null ? "price not given" : `${thousands(p)} GFLOPs`}`;
    };
    const [pa, pb] = [a, b].map((r) => priceOf(r, model.get("price")));
    const ratio = pa === null || pb === null ? "Their prices cannot be compared; the first" : `The first costs ${((100 * pa) / pb).toFixed(1)} % of the second and`;
    const gain = a.top1 - b.top1;
    const bought = best < 0 ? "nothing" : `${rows[best].name}, ${rows[best].top1} %`;
    say(!open() ? "Two networks, and 16 more: guess first." : `${tell(a)}. ${tell(b)}. ${ratio} is ${Math.abs(gain).toFixed(1)} points ${gain < 0 ? "worse" : "better"}. With ${thousands(Math.round(budget / 10) * 10)} GFLOPs a video the best to be had is ${bought}.`);
    const crop = [a, b].map((r) => priceOf(r, "crop")), video = [a, b].map((r) => priceOf(r, "video"));
    if ([...crop, ...video].every((p) => p !== null) && (crop[0] - crop[1]) * (video[0] - video[1]) < 0 && model.get("price") === "video") achieve("flip");
    if (model.get("price") === "video" && Math.abs(Math.abs(gain) - 5.1) < 0.05 && [a, b].some((r) => r.name === "R(2+1)D, two streams")) achieve("callout");
    if (model.get("price") === "video" && budget > 1400 && budget <= 1510) achieve("budget");
    view.redraw();
  };
  listen(["price", "trained", "budget", "first", "second", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
