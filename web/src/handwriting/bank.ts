/** Drawings of many writers, which made digits start from. */

import constants from '../constants.json';
import { PATH_POINTS, type Resampled, glyphFeatures } from './features';

const { GRID } = constants['handwriting.bank'];
const { MAX_PATH_STROKES } = constants['handwriting.features'];

/** One drawing of a digit in one of the digit's shapes, the most frequent being 0. */
export interface Drawing extends Resampled {
  readonly digit: number;
  readonly allograph: number;
  readonly features: Float32Array;
}

/**
 * The drawings of a weight file.
 *
 * @param grid points of each in steps of 1 / `GRID` from -0.5.
 * @param counts points of each stroke; 0 where there are fewer strokes.
 */
export function readBank(grid: ArrayLike<number>, counts: ArrayLike<number>, digit: ArrayLike<number>, allograph: ArrayLike<number>): Drawing[] {
  return Array.from({ length: digit.length }, (_, row) => {
    const points = new Float32Array(2 * PATH_POINTS);
    for (let k = 0; k < points.length; k++) points[k] = Math.fround(grid[points.length * row + k]! / GRID) - 0.5;
    const stroke = new Uint8Array(PATH_POINTS);
    for (let number = 0, at = 0; number < MAX_PATH_STROKES; number++) {
      const end = at + counts[MAX_PATH_STROKES * row + number]!;
      stroke.fill(number, at, end);
      at = end;
    }
    return { points, stroke, digit: digit[row]!, allograph: allograph[row]!, features: glyphFeatures({ points, stroke }) };
  });
}
