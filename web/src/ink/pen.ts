/**
 * The one rasteriser: strokes -> pixels.
 *
 * Python draws with OpenCV's smooth lines; this pen draws lines of the same width and softness from their geometry, so
 * rims of strokes differ by some levels (docs/web.md says by how many).
 */

import constants from '../constants.json';
import { type Raster, bytes, clamp, roundEven, toByte } from '../pixels/raster';
import { resizeArea } from '../pixels/resize';
import { inkOnPaper } from './ink';
import type { Stroke } from './strokes';

const { LINE_EXCESS_PX, OVERSAMPLING, SUBPIXEL_BITS } = constants['ink.pen'];
const RIM_PX = 1.15; // over which a line fades, half within it and half beyond

/** Lays one straight line on the ink; where lines overlap the darker one counts. */
function layLine(ink: Raster, [x1, y1]: readonly number[], [x2, y2]: readonly number[], radius: number): void {
  const [dx, dy] = [x2! - x1!, y2! - y1!];
  const squared = dx * dx + dy * dy;
  const reach = radius + RIM_PX;
  const [left, right] = [Math.max(0, Math.floor(Math.min(x1!, x2!) - reach)), Math.min(ink.width - 1, Math.ceil(Math.max(x1!, x2!) + reach))];
  const [top, bottom] = [Math.max(0, Math.floor(Math.min(y1!, y2!) - reach)), Math.min(ink.height - 1, Math.ceil(Math.max(y1!, y2!) + reach))];
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const along = squared ? clamp(((x - x1!) * dx + (y - y1!) * dy) / squared, 0, 1) : 0;
      const away = Math.hypot(x - x1! - along * dx, y - y1! - along * dy);
      const cover = clamp(0.5 + (radius - away) / (2 * RIM_PX), 0, 1);
      const level = toByte(255 * cover * cover * (3 - 2 * cover));
      const at = y * ink.width + x;
      if (level > ink.data[at]!) ink.data[at] = level;
    }
}

/** How much pen is on each pixel: 0 paper to 255 ink; coordinates name the middles of pixels. */
export function drawInk(strokes: readonly Stroke[], width: number, height: number): Raster {
  const large = bytes(width * OVERSAMPLING, height * OVERSAMPLING);
  const steps = 1 << SUBPIXEL_BITS;
  for (const stroke of strokes) {
    const path = stroke.points.map((point) =>
      point.map((value) => roundEven(((value + 0.5) * OVERSAMPLING - 0.5) * steps) / steps));
    const thickness = Math.max(1, OVERSAMPLING * roundEven(stroke.width - LINE_EXCESS_PX));
    const radius = (thickness + OVERSAMPLING * LINE_EXCESS_PX) / 2;
    path.forEach((point, k) => layLine(large, path[Math.max(0, k - 1)]!, point, radius));
  }
  return resizeArea(large, width, height);
}

/** A drawing of black ink on a square of white paper. */
export function drawStrokes(strokes: readonly Stroke[], side: number): Raster {
  return inkOnPaper(drawInk(strokes, side, side));
}
