/** What is on a drawing by all its readings together: whose boxes mean one object, and in which order to read them. */

import constants from '../constants.json';
import { type BoxCorners, CENSORED, CLASSES, type Detections } from '../detectors/detections';
import { findHome, findLines } from '../detectors/reading_order';
import { MIN_OBJECT_IOU, bestPairs, iouOf, objectOverlap } from '../detectors/matching';

const { MIN_INK_IOU } = constants['detectors.matching'];

type Rows = readonly (number | null)[];

/** One object of the drawing, as every reading sees it. */
export interface MatchedObject {
  /** Its name, the same in every reading: A, B, ... in reading order. */
  readonly letter: string;
  /** Its row in each of the readings, null where a reading has none. */
  readonly rows: Rows;
  /** The mean of its boxes. */
  readonly box: BoxCorners;
}

/** A, B, ..., Z, AA, AB, ... for 0, 1, ...: objects have letters, for what they are read as is a number. */
export function objectLetter(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : objectLetter(Math.floor(index / 26) - 1) + letter;
}

/** Readings of one drawing, object by object, all in one order: digits line by line, then what is no digit. */
export class MatchedReadings {
  constructor(
    readonly readings: readonly Detections[],
    readonly objects: readonly MatchedObject[],
    /** The digits among the objects, line by line from the top, as places in `objects`. */
    readonly lines: readonly (readonly number[])[],
  ) {}

  /** The digits of one reading, lines separated by a line break; of the objects with these letters, or of all. */
  text(reading: number, letters?: readonly string[], disputed: readonly string[] = []): string {
    const told = ({ letter, rows }: MatchedObject): string => {
      if (disputed.includes(letter)) return '?';
      const row = rows[reading];
      if (row === null || row === undefined || (letters && !letters.includes(letter))) return '';
      const { classId } = this.readings[reading]![row]!;
      return classId < CENSORED ? CLASSES[classId]! : '';
    };
    return this.lines
      .map((line) => line.map((place) => told(this.objects[place]!)).join(''))
      .filter((line) => line)
      .join('\n');
  }

  /** One reading on one line, for people; where it has no digit, what it has instead. */
  words(reading: number): string {
    const text = this.text(reading);
    if (text) return text.replaceAll('\n', ' / ');
    const found = this.readings[reading]!;
    if (!found.length) return 'nothing';
    return found.some(({ classId }) => classId === CENSORED) ? 'censored' : 'no digit';
  }
}

function meanBox(rows: Rows, readings: readonly Detections[]): BoxCorners {
  const boxes = rows.flatMap((row, k) => (row === null ? [] : [readings[k]![row]!.box]));
  return [0, 1, 2, 3].map((edge) => boxes.reduce((sum, box) => sum + box[edge]!, 0) / boxes.length) as unknown as BoxCorners;
}

/**
 * Which detections of several readings of one drawing are one object, and the order to read them in.
 *
 * Each reading is matched to the objects of those before it: first what means one object, then, of what is left over,
 * boxes that at least share ink.
 */
export function matchReadings(readings: readonly Detections[]): MatchedReadings {
  const groups: (number | null)[][] = [];
  readings.forEach((found, k) => {
    const boxes = groups.map((group) => meanBox(group, readings));
    const rowOf = new Map(bestPairs(boxes.map((box) => found.map((each) => objectOverlap(box, each.box))), MIN_OBJECT_IOU));
    const left = [...groups.keys()].filter((i) => !rowOf.has(i));
    const used = new Set(rowOf.values());
    const right = [...found.keys()].filter((j) => !used.has(j));
    const sharedInk = bestPairs(left.map((i) => right.map((j) => iouOf(boxes[i]!, found[j]!.box))), MIN_INK_IOU);
    for (const [i, j] of sharedInk) rowOf.set(left[i]!, right[j]!);
    groups.forEach((group, i) => group.push(rowOf.get(i) ?? null));
    const matched = new Set(rowOf.values());
    for (const j of found.keys()) if (!matched.has(j)) groups.push([...new Array<null>(k).fill(null), j]);
  });
  return inReadingOrder(groups, readings);
}

/** The groups as objects.  Lines are found among the mean boxes, so that a box more or less joins no two lines. */
function inReadingOrder(groups: readonly Rows[], readings: readonly Detections[]): MatchedReadings {
  const boxes = groups.map((group) => meanBox(group, readings));
  const isDigit = (i: number): boolean =>
    groups[i]!.some((row, k) => row !== null && readings[k]![row]!.classId < CENSORED);
  const digits = [...groups.keys()].filter(isDigit);
  const others = [...groups.keys()].filter((i) => !isDigit(i)).sort((a, b) => boxes[a]![0] - boxes[b]![0]);
  const lines = findLines(digits.map((i) => boxes[i]!)).map((line) => line.map((place) => digits[place]!));
  const whole = lines.map((line) => [...line]);
  const apart: number[] = [];
  for (const i of others) {
    const home = findHome(boxes, lines, i);
    (home === null ? apart : whole[home]!).push(i);
  }
  const across = (i: number): number => boxes[i]![0] + boxes[i]![2];
  const order = [...whole.flatMap((line) => line.sort((a, b) => across(a) - across(b))), ...apart];
  const objects = order.map((i, place) => ({ letter: objectLetter(place), rows: groups[i]!, box: boxes[i]! }));
  return new MatchedReadings(readings, objects, lines.map((line) => line.map((i) => order.indexOf(i))));
}
