/** Bending a digit towards the features that it should have: leant, stretched, turned, narrowed, bowed, no further. */

import constants from '../constants.json';
import { clamp } from '../pixels/raster';
import { type Resampled, glyphFeatures } from './features';
import { solve } from './linear';

const { LIMITS, ROUNDS, STEP } = constants['handwriting.warp'];

/**
 * A digit bent in six ways.
 *
 * @param points around the origin and about one unit large.
 * @param amounts lean to the right, widening (logarithm), turn to the right (radians), top wider than the bottom, sides
 *   bowed to the right, bars bowed down.
 */
export function bendPoints(points: Float32Array, amounts: readonly number[]): Float32Array {
  const [lean, wide, turn, top, bow, sag] = amounts as [number, number, number, number, number, number];
  const [wider, lower] = [Math.exp(wide / 2), Math.exp(-wide / 2)];
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const bent = new Float32Array(points.length);
  for (let at = 0; at < points.length; at += 2) {
    let [x, y] = [points[at]! * wider, points[at + 1]! * lower];
    x = x * (1 - top * y) + bow * (0.25 - y ** 2) * 2;
    y = y + sag * (0.25 - x ** 2) * 2;
    x = x - lean * y;
    [bent[at], bent[at + 1]] = [c * x - s * y, s * x + c * y];
  }
  return bent;
}

/**
 * The digit's points with features nearer to those wanted, by damped Gauss-Newton steps.
 *
 * @param target features wanted.
 * @param weight of their squared differences.
 * @param ridge what bending as far as its limit costs.
 */
export function warpTowards({ points, stroke }: Resampled, target: Float64Array, weight: Float64Array, ridge: number): Float32Array {
  let amounts = LIMITS.map(() => 0);
  const costs = LIMITS.map((limit) => ridge / limit ** 2);
  const featuresAt = (tried: readonly number[]): Float32Array => glyphFeatures({ points: bendPoints(points, tried), stroke });
  for (let round = 0; round < ROUNDS; round++) {
    const now = featuresAt(amounts);
    const slopes = amounts.map((_, way) => featuresAt(amounts.map((amount, k) => amount + (k === way ? STEP : 0)))
      .map((value, f) => Math.fround(value - now[f]!) / STEP));
    const product = (a: Float32Array, b: (f: number) => number): number => a.reduce((sum, value, f) => sum + value * weight[f]! * b(f), 0);
    const pull = slopes.map((slope, way) => [product(slope, (f) => target[f]! - now[f]!) - amounts[way]! * costs[way]!]);
    const normal = slopes.map((a, i) => slopes.map((b, j) => product(a, (f) => b[f]!) + (i === j ? costs[i]! : 0)));
    const move = solve(normal, pull);
    amounts = amounts.map((amount, way) => clamp(amount + move[way]![0]!, -LIMITS[way]!, LIMITS[way]!));
  }
  return bendPoints(points, amounts);
}
