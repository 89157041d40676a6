// A synthetic road: pictures with two painted lines, and where the lines truly are. Four seconds that join at their ends.
import jpeg from "jpeg-js";

export const picture = { width: 320, height: 240 };
export const frame = { width: 640, height: 480 }; // that the lane's points refer to
export const laneWidthM = 0.36;
const frames = 120;
export const perSecond = 30;

const focal = 0.9; // of the picture's width
const heightM = 0.2;
const horizon = 0.36; // of the picture's height

/** pose is how the vehicle lies in its lane in one frame of the loop. */
function pose(i, drift) {
  const turn = (2 * Math.PI * i) / frames;
  return {
    offset: 0.03 * Math.sin(turn) + drift,
    heading: 0.04 * Math.cos(turn),
    curvature: 0.25 * Math.sin(turn + 1),
    travelled: (i / frames) * 3,
  };
}

/** centre is how far to the right the lane's middle is, z metres ahead. */
const centre = (p, z) => p.offset + p.heading * z + 0.5 * p.curvature * z * z;

function draw(p) {
  const { width, height } = picture;
  const data = Buffer.alloc(width * height * 4);
  const f = focal * width;
  const top = Math.round(horizon * height);
  for (let y = 0; y < height; y++) {
    const z = y > top ? (f * heightM) / (y - top) : Infinity;
    const middle = centre(p, Math.min(z, 6));
    const band = Math.floor((z + p.travelled) / 0.25) & 1;
    const haze = Math.min(1, z / 8);
    for (let x = 0; x < width; x++) {
      let r, g, b;
      if (y <= top) {
        const t = y / top;
        [r, g, b] = [120 + 70 * t, 160 + 50 * t, 205 + 25 * t];
      } else {
        const right = ((x - width / 2) * z) / f - middle;
        const side = Math.abs(right);
        if (Math.abs(side - laneWidthM / 2) < 0.014) [r, g, b] = [232, 232, 226];
        else if (side < 0.32) r = g = b = 78 + band * 5 + ((x * 7 + y * 13) % 5);
        else [r, g, b] = band ? [92, 118, 70] : [84, 109, 64];
        r += (190 - r) * haze;
        g += (205 - g) * haze;
        b += (220 - b) * haze;
      }
      const at = (y * width + x) * 4;
      data[at] = r;
      data[at + 1] = g;
      data[at + 2] = b;
      data[at + 3] = 255;
    }
  }
  return jpeg.encode({ data, width, height }, 75).data;
}

function line(p, side) {
  const f = focal * frame.width;
  const points = [];
  for (const z of [0.3, 0.36, 0.45, 0.57, 0.73, 0.95, 1.25, 1.7, 2.3]) {
    const x = frame.width / 2 + (f * (centre(p, z) + (side * laneWidthM) / 2)) / z;
    points.push([x, horizon * frame.height + (f * heightM) / z]);
  }
  return points;
}

const drawn = new Map();

/** road is the loop, drawn once; drift shifts the vehicle to the left, in metres. */
export function road(drift = 0) {
  if (!drawn.has(drift)) {
    drawn.set(drift, Array.from({ length: frames }, (_, i) => {
      const p = pose(i, drift);
      return { ...p, jpeg: draw(p), left: line(p, -1), right: line(p, 1) };
    }));
  }
  return drawn.get(drift);
}
