/** The one result type of both ways to read a drawing. */

import constants from '../constants.json';
import { findLines } from './reading_order';

export const { CLASSES, CENSORED, OTHER } = constants['models.classes'];

/** x1, y1, x2, y2 in the drawing's pixels, x1 <= x2 and y1 <= y2. */
export type BoxCorners = readonly [number, number, number, number];

/** One object found on a drawing. */
export interface Detection {
  readonly box: BoxCorners;
  /** 0 to 1. */
  readonly confidence: number;
  readonly classId: number;
  /** Of the twelve classes; they sum to one. */
  readonly probabilities: readonly number[];
  /** Where it is shown by default, it has its ink for itself: it is no second box of another object. */
  readonly exclusive?: boolean;
}

export type Detections = readonly Detection[];

/** The digits as text, from left to right, lines from the top separated by a line break. */
export function readingOf(found: Detections): string {
  const digits = found.filter(({ classId }) => classId < CENSORED);
  return findLines(digits.map(({ box }) => box))
    .map((line) => line.map((k) => CLASSES[digits[k]!.classId]!).join(''))
    .join('\n');
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** One object per detection: label, confidence, box in pixels, and the twelve probabilities. */
export function detectionsToJson(found: Detections) {
  return found.map(({ box, confidence, classId, probabilities }) => ({
    label: CLASSES[classId]!,
    confidence: rounded(confidence, 4),
    box: box.map((value) => rounded(value, 1)),
    probabilities: Object.fromEntries(CLASSES.map((name, k) => [name, rounded(probabilities[k]!, 4)])),
  }));
}
