/** Who decides the order of reading: boxes -> lines of writing, from the top, each from left to right. */

import constants from '../constants.json';
import type { BoxCorners } from './detections';

const { MAX_POWER_GAP, MAX_POWER_HEIGHT, MIN_LINE_OVERLAP } = constants['detectors.reading_order'];

/** How much of the less tall box's height lies beside the other box; below 0 where none does. */
function heightOverlap(a: BoxCorners, b: BoxCorners): number {
  const height = Math.max(Math.min(a[3] - a[1], b[3] - b[1]), 1e-6);
  return (Math.min(a[3], b[3]) - Math.max(a[1], b[1])) / height;
}

/** Places of powers, and of what each of them is a power of: smaller, close behind it, and hardly beside it. */
function findBases(boxes: readonly BoxCorners[]): Map<number, number> {
  const bases = new Map<number, number>();
  boxes.forEach(([left, top, , bottom], row) => {
    let nearest = Infinity;
    boxes.forEach((base, place) => {
      const tall = base[3] - base[1];
      const away = Math.abs(left - base[2]);
      const within = bottom - base[1]; // what is beside more of it continues its line anyway
      const isBase = bottom - top <= MAX_POWER_HEIGHT * tall && away <= MAX_POWER_GAP * tall
        && within >= 0 && within < MIN_LINE_OVERLAP * (bottom - top);
      if (isBase && away < nearest) {
        nearest = away;
        bases.set(row, place);
      }
    });
  });
  // What goes on with a line of its own, above larger writing, is none; only the first of several digits is behind the
  // base alone.
  const left = (k: number): number => boxes[k]![0];
  for (const row of [...bases.keys()].sort((a, b) => left(a) - left(b))) {
    const own = boxes[row]!;
    const goesOn = boxes.some((box, j) => j !== row && !bases.has(j) && box[0] < own[0]
      && Math.abs(own[0] - box[2]) <= own[3] - own[1] && heightOverlap(own, box) > MIN_LINE_OVERLAP);
    if (goesOn) bases.delete(row);
  }
  return bases;
}

/** Which line a box continues, as its place; null where it stands by itself. */
export function findHome(boxes: readonly BoxCorners[], lines: readonly (readonly number[])[], row: number): number | null {
  let home: number | null = null;
  let best = MIN_LINE_OVERLAP;
  // A line's neighbour at hand is the one nearest in x: writing may climb along the line.
  const away = (other: number): number => Math.abs(boxes[other]![0] - boxes[row]![0]);
  lines.forEach((line, number) => {
    const near = line.reduce((nearest, other) => (away(other) < away(nearest) ? other : nearest));
    const overlap = heightOverlap(boxes[row]!, boxes[near]!);
    if (overlap > best) [home, best] = [number, overlap];
  });
  return home;
}

/** Lines of writing from the top: for each the places of its boxes from left to right; every box is in one line. */
export function findLines(boxes: readonly BoxCorners[]): number[][] {
  const middle = (k: number): number => (boxes[k]![1] + boxes[k]![3]) / 2;
  const bases = findBases(boxes);
  const lines: number[][] = [];
  for (const row of [...boxes.keys()].filter((k) => !bases.has(k)).sort((a, b) => middle(a) - middle(b))) {
    const home = findHome(boxes, lines, row);
    if (home === null) lines.push([row]);
    else lines[home]!.push(row);
  }
  for (const [power, first] of bases) {
    let base = first;
    while (bases.has(base)) base = bases.get(base)!;
    lines.find((line) => line.includes(base))!.push(power);
  }
  const level = (line: readonly number[]): number => line.reduce((sum, row) => sum + middle(row), 0) / line.length;
  const across = (row: number): number => boxes[row]![0] + boxes[row]![2];
  return lines.sort((a, b) => level(a) - level(b)).map((line) => line.sort((a, b) => across(a) - across(b)));
}
