/** Pen strokes: reading and checking them. */

import constants from '../constants.json';
import { BLANK_SIDE, DrawingError } from './drawing';

const { MAX_PEN, MAX_POINTS, MAX_SIDE, MAX_STROKES, MIN_SIDE } = constants['ink.strokes'];

/** One movement of the pen: points in pixels, x to the right and y down; one point is a dot. */
export interface Stroke {
  readonly width: number;
  readonly points: readonly (readonly [number, number])[];
}

/** What live ink saves. */
interface SavedStrokes {
  readonly side?: number;
  readonly strokes: readonly { readonly w: number; readonly p: readonly (readonly [number, number])[] }[];
}

/**
 * What live ink sends or saves -> side of its square sheet in pixels, and its strokes.
 *
 * @throws {DrawingError} it has another form, too many points, or points that are no numbers.
 */
export function readStrokes(value: unknown): { side: number; strokes: Stroke[] } {
  const { side = BLANK_SIDE, strokes: rows } = (value ?? { strokes: [] }) as SavedStrokes;
  const isPoint = (point: unknown): boolean =>
    Array.isArray(point) && point.length === 2 && point.every((each) => Number.isFinite(each));
  if (!Array.isArray(rows) || !rows.every((row) => row && Array.isArray(row.p)))
    throw new DrawingError("These are no pen strokes: expected a sheet's side and a list of strokes.");
  if (rows.length > MAX_STROKES || rows.reduce((sum, row) => sum + row.p.length, 0) > MAX_POINTS)
    throw new DrawingError(`The drawing is too long: at most ${MAX_STROKES} strokes and ${MAX_POINTS} points.`);
  if (!(side >= MIN_SIDE && side <= MAX_SIDE))
    throw new DrawingError(`A sheet's side must be ${MIN_SIDE} to ${MAX_SIDE} pixels.`);
  for (const { w, p } of rows) {
    if (!p.every(isPoint)) throw new DrawingError('The drawing has points that are no pairs of numbers.');
    if (!(w > 0 && w <= MAX_PEN)) throw new DrawingError(`The pen has to be wider than 0 and at most ${MAX_PEN} pixels wide.`);
    if (p.some((point: readonly number[]) => point.some((each) => Math.abs(each - side / 2) > 2 * side)))
      throw new DrawingError('The drawing leaves its sheet.');
  }
  return { side: Math.trunc(side), strokes: rows.filter(({ p }) => p.length).map(({ w, p }) => ({ width: w, points: p })) };
}
