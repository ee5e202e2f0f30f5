/** How unsteady a hand is: measured on drawn digits, and given to made ones. */

import constants from '../constants.json';
import { median } from '../pixels/raster';
import type { Random } from './random';

const { MIN_WOBBLE, NOISE_WINDOW, WINDOW } = constants['handwriting.wobble'];

/** Points, x and y by turns, and the number of each point's stroke. */
export interface Curve {
  readonly points: ArrayLike<number>;
  readonly stroke: Uint8Array;
}

/** How far off a steady curve each point is, x and y by turns; 0 at the two first and last points of each stroke. */
function wobbleOffsets({ points, stroke }: Curve): Float64Array {
  const reach = WINDOW.length >> 1;
  const offsets = new Float64Array(points.length);
  for (let k = reach; k < stroke.length - reach; k++) {
    if (stroke[k - reach] !== stroke[k + reach]) continue;
    for (let at = 2 * k; at < 2 * k + 2; at++) {
      let steady = 0;
      for (let j = 0; j < WINDOW.length; j++) steady += WINDOW[j]! * points[at + 2 * (j - reach)]!;
      offsets[at] = points[at]! - steady;
    }
  }
  return offsets;
}

/** The median distance from a steady curve; corners are few, so they don't count. */
export function measureWobble(curve: Curve): number {
  const offsets = wobbleOffsets(curve);
  const off: number[] = [];
  for (let at = 0; at < offsets.length; at += 2)
    if (offsets[at] || offsets[at + 1]) off.push(Math.hypot(offsets[at]!, offsets[at + 1]!));
  return Math.max(off.length ? median(off) : 0, MIN_WOBBLE);
}

/** The points of a digit as unsteady as wanted: steadied, or with a tremor added. */
export function setWobble({ points, stroke }: Curve, wanted: number, random: Random): Float64Array {
  const own = measureWobble({ points, stroke });
  if (wanted <= own) {
    const offsets = wobbleOffsets({ points, stroke });
    return Float64Array.from(points, (value, at) => value - (1 - wanted / own) * offsets[at]!);
  }
  const raw = Float64Array.from(points, () => random.normal());
  const reach = NOISE_WINDOW.length >> 1;
  const noise = raw.map((_, at) => NOISE_WINDOW.reduce((sum, weight, j) => sum + weight * (raw[at + 2 * (j - reach)] ?? 0), 0));
  const size = Math.sqrt(wanted ** 2 - own ** 2) / measureWobble({ points: noise, stroke });
  return noise.map((value, at) => points[at]! + value * size);
}
