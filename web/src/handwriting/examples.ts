/** Which digits a drawing shows, as examples of a hand: what a method has read, and the strokes of each object. */

import constants from '../constants.json';
import { CENSORED, type Detections } from '../detectors/detections';
import { DrawingError } from '../ink/drawing';
import type { Stroke } from '../ink/strokes';
import { median } from '../pixels/raster';
import { argsort } from './features';
import type { Example } from './style';

const { MAX_EXAMPLES, MIN_STROKE_SHARE, NO_DIGIT } = constants['handwriting.examples'];

/** Drawn digits that a hand is learned from, from left to right. */
export interface Examples {
  readonly digits: readonly Example[];
  /** Width of the pen in pixels. */
  readonly pen: number;
}

/** The digits as they were read. */
export function textOf({ digits }: Examples): string {
  return digits.map(({ digit }) => digit).join('');
}

/**
 * The digits on a sheet of strokes.
 *
 * @param found what a method has read on it.
 * @throws {DrawingError} there is no digit among what was read.
 */
export function findExamples(strokes: readonly Stroke[], found: Detections): Examples {
  const digits = surestDigits(found);
  const parts: Stroke['points'][][] = digits.map(() => []);
  for (const { points, width } of strokes) {
    const shares = digits.map(({ box: [left, top, right, bottom] }) => points.filter(([x, y]) =>
      x >= left - width / 2 && y >= top - width / 2 && x <= right + width / 2 && y <= bottom + width / 2).length / points.length);
    const most = Math.max(...shares);
    if (most >= MIN_STROKE_SHARE) parts[shares.indexOf(most)]!.push(points);
  }
  const examples = digits.map(({ classId, confidence }, k) => ({ glyph: parts[k]!, digit: classId, weight: confidence }));
  const drawn = examples.filter(({ glyph }) => glyph.length);
  if (!drawn.length) throw new DrawingError(NO_DIGIT);
  return { digits: drawn, pen: median(strokes.map(({ width }) => width)) };
}

/** The surest digits among what was read, from left to right. */
function surestDigits(found: Detections): Detections {
  const digits = found.filter(({ classId, confidence }) => classId < CENSORED && confidence > 0);
  if (!digits.length) throw new DrawingError(NO_DIGIT);
  const surest = argsort(digits.map(({ confidence }) => -confidence)).slice(0, MAX_EXAMPLES);
  return surest.map((k) => digits[k]!).sort((a, b) => a.box[0] - b.box[0]);
}
