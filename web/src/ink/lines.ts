/** Straight, thin, nearly level lines in ink. */

import constants from '../constants.json';
import { findComponents } from '../pixels/components';
import { warpNearest } from '../pixels/filters';
import { dilateBox } from '../pixels/morphology';
import { type Raster, bytes, clamp, roundEven } from '../pixels/raster';

export const { MIN_ASKEW_SHARE, MIN_RULING_FILL, SLOPES } = constants['ink.lines'];
const { ASKEW_REACH, ASKEW_SLOPES, ASKEW_STEP, MAX_LINES } = constants['ink.lines'];

/** A straight, thin, nearly level line in the reduced ink; upright ones are level in the ink turned over. */
export interface Line {
  /** First and last column. */
  readonly start: number;
  readonly end: number;
  /** Row at the first column. */
  readonly at: number;
  /** Rows down for one column. */
  readonly slope: number;
  /** In rows. */
  readonly thickness: number;
  /** Height of the connected ink that it is a part of, in rows. */
  readonly body: number;
}

interface Found {
  readonly area: number;
  readonly line: Line;
}

export function lineLength(line: Line): number {
  return line.end - line.start + 1;
}

export function lineRow(line: Line, column: number): number {
  return line.at + line.slope * (column - line.start);
}

/** Stretches of true: starts, and ends excluded. */
export function findRuns(filled: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  filled.forEach((is, k) => {
    if (is && !filled[k - 1]) runs.push([k, k + 1]);
    else if (is) runs.at(-1)![1] = k + 1;
  });
  return runs;
}

/** A mask moved up as lines of this slope fall, and down by what keeps all of it. */
function shear(mask: Raster, slope: number): Raster {
  const { width, height } = mask;
  const tall = height + Math.trunc(Math.abs(slope) * width) + 1;
  return warpNearest(mask, [1, 0, 0, -slope, 1, Math.max(0, slope * width)], width, tall);
}

/** Pixels that are 1 in each row of a mask of zeros and ones. */
function rowSums({ width, height, data }: Raster): number[] {
  return Array.from({ length: height }, (_, y) => {
    let sum = 0;
    for (let x = 0; x < width; x++) sum += data[y * width + x]!;
    return sum;
  });
}

/** Rows of a sheared mask that are inked nearly from edge to edge, as lines. */
function findFullRows(sheared: Raster, thickness: number, slope: number, lift: number): Found[] {
  const { width, data } = sheared;
  const full = rowSums(sheared).map((sum) => sum / width >= MIN_RULING_FILL);
  const found: Found[] = [];
  for (const [top, bottom] of findRuns(full)) {
    if (bottom - top > thickness) continue;
    const inked = (x: number): boolean => {
      for (let y = top; y < bottom; y++) if (data[y * width + x]) return true;
      return false;
    };
    let [start, end] = [0, width - 1];
    while (!inked(start)) start++;
    while (!inked(end)) end--;
    const at = (top + bottom - 1) / 2 - lift + slope * start;
    found.push({ area: (bottom - top) * (end - start), line: { start, end, at, slope, thickness: bottom - top, body: 0 } });
  }
  return found;
}

/** Where at least 97 of 100 pixels of a stretch of this length around a pixel are inked: 1, else 0. */
function findLongStretches(sheared: Raster, least: number): Raster {
  const { width, height, data } = sheared;
  const runs = bytes(width, height);
  const enough = roundEven(0.97 * least);
  for (let y = 0; y < height; y++) {
    const sums = new Int32Array(width + 1);
    for (let x = 0; x < width; x++) sums[x + 1] = sums[x]! + data[y * width + x]!;
    for (let x = 0; x < width; x++) {
      const first = x - (least >> 1);
      const sum = sums[clamp(first + least, 0, width)]! - sums[clamp(first, 0, width)]!;
      if (sum >= enough) runs.data[y * width + x] = 1;
    }
  }
  return runs;
}

function findStretches(sheared: Raster, least: number, thickness: number, slope: number, lift: number): Found[] {
  return findComponents(findLongStretches(sheared, least), 4).parts
    .filter(({ width, height }) => height <= thickness && width + least >= 6 * height)
    .sort((a, b) => b.area - a.area)
    .slice(0, MAX_LINES)
    .map(({ x, width, area, centre }) => {
      const start = Math.max(0, x - (least >> 1));
      const end = Math.min(sheared.width - 1, x + width - 1 + (least >> 1));
      const at = centre[1] - lift + slope * start;
      return { area, line: { start, end, at, slope, thickness: Math.ceil(area / width), body: 0 } };
    });
}

/** The long thin runs of a mask of zeros and ones, along any of the slopes, the longest first. */
export function findLevelLines(mask: Raster, least: number, thickness: number, slopes: readonly number[] = SLOPES): Line[] {
  const found: Found[] = []; // with their area, which is largest at the right slope
  for (const slope of slopes) {
    const lift = Math.max(0, slope * mask.width);
    const sheared = shear(mask, slope);
    // Rulings may have gaps, and strokes on them: enough of a row has to be inked, and less of those around.
    found.push(...findFullRows(sheared, thickness, slope, lift), ...findStretches(sheared, least, thickness, slope, lift));
  }
  found.sort((a, b) => b.area - a.area || Math.abs(a.line.slope) - Math.abs(b.line.slope));
  return dropCopies(found.map(({ line }) => line));
}

/** Lines without those whose middle is on an earlier one: the same line at a slope beside the right one. */
export function dropCopies(lines: readonly Line[]): Line[] {
  const kept: Line[] = [];
  for (const line of lines.slice(0, 8 * MAX_LINES)) {
    const middle = (line.start + line.end) / 2;
    const isKnown = kept.some((k) => k.start <= middle && middle <= k.end &&
      Math.abs(lineRow(k, middle) - lineRow(line, middle)) <= k.thickness + 2);
    if (kept.length < MAX_LINES && !isKnown) kept.push(line);
  }
  return kept;
}

/** What may be rulings on paper that is held askew. */
export function findAskewLines(mask: Raster, thickness: number): Line[] {
  const { width } = mask;
  // The longest of them inks most columns of some band: that is soon told, and the others are nearly parallel to it.
  const coarse = ASKEW_SLOPES.filter((_, k) => k % ASKEW_STEP === 0);
  const step = coarse[1]! - coarse[0]!;
  const filled = dilateBox(mask, 1, Math.trunc((step * width) / 2) + 3);
  const held = coarse.filter((slope) => rowSums(shear(filled, slope)).some((sum) => sum >= MIN_RULING_FILL * width));
  const slopes = ASKEW_SLOPES.filter((slope) => held.some((each) => Math.abs(slope - each) <= step / 2 + ASKEW_REACH));
  return slopes.length ? findLevelLines(mask, roundEven(MIN_ASKEW_SHARE * width), thickness, slopes) : [];
}

/** The lines with the height of the connected ink that each is a part of. */
export function measureBodies(lines: readonly Line[], mask: Raster): Line[] {
  const { labels, parts } = findComponents(mask, 8);
  return lines.map((line) => {
    const counts = new Int32Array(parts.length + 1);
    for (let column = line.start; column <= line.end; column++) {
      const row = clamp(roundEven(lineRow(line, column)), 0, mask.height - 1);
      counts[labels[row * mask.width + column]!]!++;
    }
    counts[0] = 0;
    const most = counts.indexOf(counts.reduce((best, count) => Math.max(best, count), 0));
    // Where the line meets no ink at all, its body is the paper's: the whole height.
    return { ...line, body: most ? parts[most - 1]!.height : backgroundHeight(mask) };
  });
}

/** Height of the box around all that is not inked. */
function backgroundHeight({ width, height, data }: Raster): number {
  let [first, last] = [height, -1];
  data.forEach((value, at) => {
    if (value) return;
    const y = Math.floor(at / width);
    first = Math.min(first, y);
    last = Math.max(last, y);
  });
  return Math.max(0, last - first + 1);
}
