/**
 * The one rasteriser: strokes -> pixels.
 *
 * Python draws with OpenCV's smooth lines: a bar with soft edges and a soft disc at each of its ends.  This pen lays the
 * same shapes by their distances, so rims of strokes differ by some levels (docs/web.md says by how many).
 */

import constants from '../constants.json';
import { type Raster, bytes, clamp, roundEven } from '../pixels/raster';
import { resizeArea } from '../pixels/resize';
import { inkOnPaper } from './ink';
import type { Stroke } from './strokes';

const { LINE_EXCESS_PX, OVERSAMPLING, SUBPIXEL_BITS } = constants['ink.pen'];
const RIM_START_PX = 0; // beyond a shape's edge its ink begins to fade; fitted to OpenCV's
const BAR_RIM_END_PX = 1.3; // and here it ends
const DISC_RIM_END_PX = 1.35; // where OpenCV's discs are a little softer than its bars

type Point = readonly [number, number];

/** How much ink lies this far beyond a shape's edge: all within it, none past the rim. */
function coverAt(beyond: number, rimEnd: number): number {
  if (beyond <= RIM_START_PX) return 1;
  const share = Math.min(1, (beyond - RIM_START_PX) / (rimEnd - RIM_START_PX));
  return 1 - share * share * (3 - 2 * share);
}

/** Lays a soft shape over the ink within a window around some points, a shape that `distance` is the edge of. */
function layShape(
  ink: Raster, points: readonly Point[], radius: number, rimEnd: number, distance: (x: number, y: number) => number,
): void {
  const reach = radius + rimEnd;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const left = Math.max(0, Math.floor(Math.min(...xs) - reach));
  const right = Math.min(ink.width - 1, Math.ceil(Math.max(...xs) + reach));
  const bottom = Math.min(ink.height - 1, Math.ceil(Math.max(...ys) + reach));
  for (let y = Math.max(0, Math.floor(Math.min(...ys) - reach)); y <= bottom; y++)
    for (let x = left, at = y * ink.width + left; x <= right; x++, at++) {
      const level = ink.data[at]!;
      if (level === 255) continue;
      const beyond = distance(x, y);
      if (beyond < rimEnd) ink.data[at] = Math.round(level + (255 - level) * coverAt(beyond, rimEnd));
    }
}

function layDisc(ink: Raster, [x1, y1]: Point, radius: number): void {
  layShape(ink, [[x1, y1]], radius, DISC_RIM_END_PX, (x, y) => Math.sqrt((x - x1) * (x - x1) + (y - y1) * (y - y1)) - radius);
}

function layBar(ink: Raster, [x1, y1]: Point, [x2, y2]: Point, radius: number): void {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (!length) return;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  layShape(ink, [[x1, y1], [x2, y2]], radius, BAR_RIM_END_PX, (x, y) => {
    const along = (x - x1) * dx + (y - y1) * dy;
    return Math.max(Math.abs((x - x1) * dy - (y - y1) * dx) - radius, -along, along - length);
  });
}

/** How much pen is on each pixel: 0 paper to 255 ink; coordinates name the middles of pixels. */
export function drawInk(strokes: readonly Stroke[], width: number, height: number): Raster {
  const large = bytes(width * OVERSAMPLING, height * OVERSAMPLING);
  const steps = 1 << SUBPIXEL_BITS;
  const place = (value: number): number => roundEven(((value + 0.5) * OVERSAMPLING - 0.5) * steps) / steps;
  for (const stroke of strokes) {
    const path = stroke.points.map(([x, y]): Point => [place(x), place(y)]);
    const radius = clamp(OVERSAMPLING * roundEven(stroke.width - LINE_EXCESS_PX), 1, Infinity) / 2;
    path.forEach((point, k) => {
      if (k) layBar(large, path[k - 1]!, point, radius);
      layDisc(large, point, radius);
    });
  }
  return resizeArea(large, width, height);
}

/** A drawing of black ink on a square of white paper. */
export function drawStrokes(strokes: readonly Stroke[], side: number): Raster {
  return inkOnPaper(drawInk(strokes, side, side));
}
