/** Where a piece that holds several symbols may be cut. */

import constants from '../../constants.json';
import { INK_THRESHOLD } from '../../ink/ink';
import { warpNearest } from '../../pixels/filters';
import { type Raster, boundingBox, clamp, cutOut, inkedAxes, roundEven, threshold } from '../../pixels/raster';
import { resizeFloatArea } from '../../pixels/resize';
import type { Piece } from './pieces';

const { MAX_CUTS, MAX_CUT_ASPECT, MAX_STROKES_CROSSED, MAX_WAIST, MIN_SPACING, MIN_VALLEY_DEPTH, SEAM_ROWS, SIDESTEP_COST, SLANTS, STROKE_COST } =
  constants['detectors.segmentation.cuts'];

/** A line from the top of a piece to its bottom along which it could be cut. */
interface Cut {
  /** How unlikely it is that two symbols meet here; 1 is one stroke crossed. */
  readonly cost: number;
  /** Where it crosses the middle row, in pixels from the piece's left edge. */
  readonly place: number;
  /** Where it crosses each row. */
  readonly path: readonly number[];
}

/** The piece cut wherever it may hold two symbols, from left to right; alone where there is no such place. */
export function cutPiece(piece: Piece, pen: number): Piece[] {
  const { width, height } = piece.ink;
  if (width < 0.45 * height || width < 3 * pen || width > MAX_CUT_ASPECT * height) return [piece];
  const mask = threshold(piece.ink, INK_THRESHOLD, 1);
  const spacing = Math.max(MIN_SPACING * Math.min(height, width), pen, 2);
  const chosen: Cut[] = [];
  for (const proposal of [...findSeams(mask, pen), ...findWaists(mask, pen)].sort((a, b) => a.cost - b.cost)) {
    const isApart = chosen.every((other) => Math.abs(proposal.place - other.place) >= spacing);
    const isInside = spacing <= proposal.place && proposal.place <= width - spacing;
    if (isApart && isInside && chosen.length < MAX_CUTS) chosen.push(proposal);
  }
  const parts = Array.from({ length: chosen.length + 1 }, () => new Uint8Array(width * height));
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const part = chosen.reduce((count, cut) => count + (x + 0.5 > cut.path[y]! ? 1 : 0), 0);
      parts[part]![at] = piece.ink.data[at]!;
    }
  return parts.map((data) => trim(piece, { ...piece.ink, data })).filter((part) => part !== null);
}

/**
 * Paths that cross least ink, wherever paths to the left and right would clearly cross more.
 *
 * The cheapest path through each column of the middle row, by dynamic programming from the top and from the bottom
 * (seam carving: Avidan and Shamir, SIGGRAPH 2007).
 */
function findSeams(mask: Raster, pen: number): Cut[] {
  const { width, height } = mask;
  const columns = Math.max(3, roundEven((width * SEAM_ROWS) / height));
  const stroke = Math.fround(STROKE_COST / Math.max((pen * SEAM_ROWS) / height, 1));
  const covered = resizeFloatArea({ ...mask, data: Float32Array.from(mask.data) }, columns, SEAM_ROWS);
  const ink = covered.data.map((value) => roundEven(Math.fround(value * stroke)));
  const lines = Array.from({ length: SEAM_ROWS }, (_, y) => ink.subarray(y * columns, (y + 1) * columns));
  const middle = SEAM_ROWS >> 1;
  const above = cheapestPaths(lines.slice(0, middle + 1));
  const below = cheapestPaths(lines.slice(middle).reverse());
  const cost = above.cost.map((value, k) => value + below.cost[k]! - lines[middle]![k]!);
  return findValleys(cost).map((column) => {
    const path = [...follow(above.steps, column).reverse(), ...follow(below.steps, column).slice(1)];
    const inPixels = Array.from({ length: height }, (_, y) => {
      const row = clamp(((y + 0.5) * SEAM_ROWS) / height - 0.5, 0, SEAM_ROWS - 1);
      const low = Math.min(Math.floor(row), SEAM_ROWS - 2);
      return ((path[low]! + (path[low + 1]! - path[low]!) * (row - low) + 0.5) * width) / columns;
    });
    return { cost: cost[column]! / STROKE_COST, place: ((column + 0.5) * width) / columns, path: inPixels };
  });
}

/**
 * Where the cost is low enough and lowest, and rises on both sides by a good part of a stroke before it is lower.
 *
 * Without the second condition every plateau (the two walls of a zero) would be full of valleys.
 */
function findValleys(cost: Float32Array): number[] {
  const at = (k: number): number => cost[clamp(k, 0, cost.length - 1)]!;
  return [...cost.keys()].filter((k) => {
    if (!(at(k) <= at(k - 1) && at(k) < at(k + 1) && at(k) <= MAX_STROKES_CROSSED * STROKE_COST)) return false;
    let rise = Infinity;
    for (const step of [-1, 1]) {
      let most = at(k);
      let other = k + step;
      for (; other >= 0 && other < cost.length && at(other) >= at(k); other += step) most = Math.max(most, at(other));
      if (other >= 0 && other < cost.length) rise = Math.min(rise, most);
    }
    return rise - at(k) >= MIN_VALLEY_DEPTH;
  });
}

/** Cost of the cheapest path to each column of the last row, and the step (-1, 0, 1) that leads to every pixel. */
function cheapestPaths(lines: readonly Float32Array[]): { cost: Float32Array; steps: Int8Array[] } {
  let cost = Float32Array.from(lines[0]!);
  const steps = [new Int8Array(cost.length)];
  for (const ink of lines.slice(1)) {
    const next = new Float32Array(cost.length);
    const step = new Int8Array(cost.length);
    for (let k = 0; k < cost.length; k++) {
      let least = cost[k]!;
      for (const side of [-1, 1]) {
        const option = (cost[k + side] ?? Infinity) + SIDESTEP_COST;
        if (option < least) [least, step[k]] = [option, side];
      }
      next[k] = least + ink[k]!;
    }
    cost = next;
    steps.push(step);
  }
  return { cost, steps };
}

/** The path to a column of the last row, from there to the first row. */
function follow(steps: readonly Int8Array[], column: number): number[] {
  const path = [column];
  for (let y = steps.length - 1; y > 0; y--) path.push(path.at(-1)! + steps[y]![path.at(-1)!]!);
  return path;
}

/** Height of the ink in each column, from its first to its last pixel, summed over `length` columns. */
function waistLine(sheared: Raster, first: number, last: number, length: number): number[] {
  const { width, height, data } = sheared;
  const waist = Array.from({ length: last - first + 1 }, (_, k) => {
    let [top, bottom] = [-1, -1];
    for (let y = 0; y < height; y++) {
      if (!data[y * width + first + k]) continue;
      if (top < 0) top = y;
      bottom = y;
    }
    return top < 0 ? 0 : bottom + 1 - top;
  });
  // As NumPy's "same" convolution centres it: of an even kernel the longer half lies before.
  const before = length >> 1;
  return waist.map((_, k) => {
    let sum = 0;
    for (let j = 0; j < length; j++) sum += waist[clamp(k - before + j, 0, waist.length - 1)]!;
    return sum;
  });
}

/**
 * Straight lines where the outline's top and bottom come closest.
 *
 * Two round digits touch wall to wall: there the ink is thickest, but the outline has a waist.
 */
function findWaists(mask: Raster, pen: number): Cut[] {
  const { width, height } = mask;
  const length = Math.max(1, Math.trunc(pen / 3));
  const whole = height * length;
  return SLANTS.flatMap((slope) => {
    const offset = (Math.abs(slope) * height) / 2;
    const sheared = warpNearest(mask, [1, slope, offset - (slope * height) / 2, 0, 1, 0], Math.trunc(width + 2 * offset) + 1, height);
    const inked = inkedAxes(sheared).columns;
    const [first, last] = [inked.indexOf(true), inked.lastIndexOf(true)];
    const smooth = waistLine(sheared, first, last, length);
    const found: Cut[] = [];
    for (let k = 1; k < smooth.length - 1; k++) {
      if (!(smooth[k]! <= smooth[k - 1]! && smooth[k]! < smooth[k + 1]! && smooth[k]! <= MAX_WAIST * whole)) continue;
      const cost = (3 * smooth[k]!) / whole + Math.abs(slope);
      const place = k + first - offset + 0.5;
      const path = Array.from({ length: height }, (_, y) => place - slope * (y + 0.5 - height / 2));
      if (cost <= MAX_STROKES_CROSSED) found.push({ cost, place, path });
    }
    return found;
  });
}

/** The inked part of a piece's pixels; null where there is none. */
function trim(piece: Piece, ink: Raster): Piece | null {
  const box = boundingBox(threshold(ink, INK_THRESHOLD));
  return box && { x: piece.x + box[0], y: piece.y + box[1], ink: cutOut(ink, box) };
}
