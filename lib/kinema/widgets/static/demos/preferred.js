import { addCanvas, addChoice, addPlayer, addSlider, bytesOf, drawPicture, openDemo, pictureOf, text } from "./kit.js";

const WIDTH = 600, SIDE = 250, RATE = 8;

// One row or column of a clip of T frames, H x W pixels, over time: T rows of W or H numbers, time downwards.
export function sliceOverTime(clip, [T, H, W], axis, place) {
  const [count, first, step] = axis === "row" ? [W, place * W, 1] : [H, place, W];
  return Array.from({ length: T }, (_, t) => Array.from({ length: count }, (_, k) => clip[t * H * W + first + k * step]));
}

// Mean squared difference between frames that follow each other.
export function changeOverTime(clip, [T, H, W]) {
  let sum = 0;
  for (let k = H * W; k < T * H * W; k++) sum += (clip[k] - clip[k - H * W]) ** 2;
  return sum / ((T - 1) * H * W);
}

function render({ model, el }) {
  const demo = openDemo({ model, el, title: "What does it want?", about: model.get("about_text") });
  const { listen, say, achieve, set } = demo;
  const [units, prices, T, H, W] = model.get("shape"), raw = bytesOf(model, "clips"), size = T * H * W;
  const HEIGHT = (SIDE * H) / W + 44;
  const clipOf = (unit, price) => raw.subarray((unit * prices + price) * size, (unit * prices + price + 1) * size);
  const placeOf = () => Math.min((model.get("axis") === "row" ? H : W) - 1, model.get("place"));
  let clock = 0;
  const view = addCanvas(demo, {
    width: WIDTH, height: HEIGHT, maxWidth: 720, label: "The clip, and one of its columns or rows over time",
    draw: (context, colors) => {
      context.fillStyle = colors.paper;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const clip = clipOf(model.get("unit"), model.get("price")), axis = model.get("axis"), place = placeOf(), t = Math.floor(clock * RATE) % T;
      const tall = (SIDE * H) / W, unit = SIDE / W, left = 20, right = WIDTH - SIDE - 20, slice = sliceOverTime(clip, [T, H, W], axis, place);
      text(context, `frame ${t + 1} of ${T}`, left, 22, colors.ink, { bold: true });
      drawPicture(context, pictureOf(clip.subarray(t * H * W, (t + 1) * H * W), W, H), left, 32, SIDE, tall);
      text(context, `${axis} ${place + 1} over time`, right, 22, colors.ink, { bold: true });
      drawPicture(context, pictureOf(Uint8Array.from(slice.flat()), slice[0].length, T), right, 32, SIDE, tall);
      context.strokeStyle = "#ffd23f"; context.lineWidth = 2;
      if (axis === "row") context.strokeRect(left + 1, 32 + place * unit, SIDE - 2, unit);
      else context.strokeRect(left + place * unit, 33, unit, tall - 2);
      context.strokeRect(right + 1, 32 + (t * tall) / T, SIDE - 2, tall / T);
    },
  });
  addPlayer(demo, (seconds) => { clock += seconds; view.redraw(); }, { stepSeconds: 1 / RATE });
  addChoice(demo, "unit", { label: "Unit", options: model.get("names").map((name, k) => [k, name]) });
  addSlider(demo, "price", { label: "Price of change", min: 0, max: prices - 1, step: 1, format: (k) => `χ = ${model.get("prices")[k]}` });
  addChoice(demo, "axis", { label: "Look along", options: [["column", "a column"], ["row", "a row"]] });
  addSlider(demo, "place", { label: "Place", min: 0, max: Math.min(H, W) - 1, step: 1, format: (k) => k + 1 });
  const update = () => {
    const unit = model.get("unit"), price = model.get("price"), shape = [T, H, W];
    const answers = model.get("activations")[unit], kept = answers[price] / answers[0];
    const free = changeOverTime(clipOf(unit, 0), shape), moving = free ? changeOverTime(clipOf(unit, price), shape) / free : 0;
    set({ kept, moving });
    say(`${model.get("names")[unit]}, χ = ${model.get("prices")[price]}: the unit answers ${answers[price].toFixed(1)}, ${Math.round(100 * kept)} % of what its free favourite gets; of the change over time ${(100 * moving).toFixed(1)} % is left.`);
    if (moving < 0.05) achieve("stop");
    if (price > 0 && moving < 0.5 && kept > 0.5) achieve("bargain");
    if (units > 1 && unit > 0 && price === 0) achieve("other");
    view.redraw();
  };
  listen(["unit", "price", "axis", "place", "prediction"], update);
  update();
  return demo.leave;
}
export default { render };
