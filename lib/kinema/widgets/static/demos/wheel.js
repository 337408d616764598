// Flow as colour: kinema.viz.color_wheel in JavaScript, for parts of a flow as flat arrays.

const CORNERS = [[255, 0, 0], [255, 255, 0], [0, 255, 0], [0, 255, 255], [0, 0, 255], [255, 0, 255], [255, 0, 0]];

// The 55 hues of the Middlebury wheel, red first: kinema.viz.wheel_hues.
export function wheelHues() {
  return [15, 6, 4, 11, 13, 6].flatMap((count, s) =>
    Array.from({ length: count }, (_, k) => CORNERS[s].map((from, c) => {
      const to = CORNERS[s + 1][c], ramp = Math.floor((255 * k) / count);
      return to > from ? ramp : to < from ? 255 - ramp : from;
    })));
}

const HUES = Float64Array.from(wheelHues().flat(), (level) => level / 255), COUNT = HUES.length / 3;

// Colours of a flow, four bytes a pixel, full saturation at `maxSpeed`: kinema.viz.flow_to_color. Unknown is grey.
export function flowColors(u, v, maxSpeed, out = new Uint8ClampedArray(4 * u.length)) {
  for (let k = 0; k < u.length; k++) {
    const speed = Math.sqrt(u[k] * u[k] + v[k] * v[k]), radius = speed / maxSpeed, known = speed < Infinity;
    const turn = known ? ((Math.atan2(-v[k], -u[k]) / Math.PI + 1) / 2) * (COUNT - 1) : 0;
    const below = Math.floor(turn), part = turn - below, above = (below + 1) % COUNT;
    for (let c = 0; c < 3; c++) {
      const hue = (1 - part) * HUES[3 * below + c] + part * HUES[3 * above + c];
      out[4 * k + c] = known ? Math.floor(255 * (radius <= 1 ? 1 - radius * (1 - hue) : 0.75 * hue)) : 128;
    }
    out[4 * k + 3] = 255;
  }
  return out;
}

// Colour of one motion, three bytes.
export function flowColor(u, v, maxSpeed) {
  return [...flowColors([u], [v], maxSpeed).subarray(0, 3)];
}
