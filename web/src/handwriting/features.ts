/**
 * What of a digit tells whose hand it is: slant, roundness, corners, wobble, proportion and the like, as numbers.
 *
 * Coordinates are kept in single precision, as Python's are: a step on the brink counts as flat here where it does there.
 */

import constants from '../constants.json';
import { type Glyph, type Path, distanceAlong, glyphBounds, pointsAt } from './paths';

export const { FEATURES, MAX_PATH_STROKES, PATH_POINTS } = constants['handwriting.features'];
const { CHORD_POINTS, CORNER_DEGREES, MIN_STROKE_POINTS, STRAIGHT_DEGREES } = constants['handwriting.features'];

/** A digit as `PATH_POINTS` points at even distances: x and y by turns, and the number of each point's stroke. */
export interface Resampled {
  readonly points: Float32Array;
  readonly stroke: Uint8Array;
}

/** The features in the order in which they are computed. */
const COLUMNS = [
  'aspect', 'slant of the ink', 'middle x', 'middle y', 'spread', 'top to bottom width', 'slant of strokes', 'rise of crossbars',
  'lengthwise', 'diagonal', 'four ways', 'four ways turned', 'six ways', 'six ways turned', 'net right', 'net down', 'length', 'turning',
  'turning one way', 'corners', 'sharpest corner', 'straightness', 'inflections', 'wobble', 'slow wobble', 'strokes', 'pen lifted',
  'start x', 'start y', 'end x', 'end y', 'start right', 'start down', 'end right', 'end down', 'start to end', 'area', 'loop',
];
const PLACES = COLUMNS.map((name) => FEATURES.indexOf(name));

const { abs, atan2, fround, log, max, sign, sqrt } = Math;

/** Places by size, the smallest first; of equal ones the first. */
export function argsort(values: readonly number[]): number[] {
  return [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}

/** How many of `PATH_POINTS` points each stroke gets, by its length and at least `MIN_STROKE_POINTS`. */
function sharePoints(lengths: readonly number[]): number[] {
  const spare = PATH_POINTS - MIN_STROKE_POINTS * lengths.length;
  const whole = max(sum(lengths), 1e-9);
  const shares = lengths.map((length) => (length / whole) * spare);
  const counts = shares.map(Math.floor);
  for (const k of argsort(counts.map((count, k) => count - shares[k]!)).slice(0, spare - sum(counts))) counts[k]!++;
  counts[lengths.indexOf(max(...lengths))]! += spare - sum(counts);
  return counts.map((count) => MIN_STROKE_POINTS + count);
}

/** A digit's points at even distances, its longer side one unit and its box around the origin. */
export function resampleGlyph(glyph: Glyph): Resampled {
  const [low, high] = glyphBounds(glyph);
  const side = max(fround(high[0] - low[0]), fround(high[1] - low[1]), 1e-6);
  const place = (value: number, axis: 0 | 1): number => fround(fround(value - fround((low[axis] + high[axis]) / 2)) / side);
  let strokes = glyph.map((path): Path => path.map(([x, y]) => [place(fround(x), 0), place(fround(y), 1)]));
  let lengths = strokes.map((path) => distanceAlong(path).at(-1)!);
  if (strokes.length > MAX_PATH_STROKES) {
    const longest = argsort(lengths).slice(-MAX_PATH_STROKES).sort((a, b) => a - b);
    [strokes, lengths] = [longest.map((k) => strokes[k]!), longest.map((k) => lengths[k]!)];
  }
  const counts = sharePoints(lengths);
  const paths = strokes.map((path, k) => pointsAt(path, counts[k]!));
  return { points: Float32Array.from(paths.flat(2)), stroke: Uint8Array.from(counts.flatMap((count, k) => Array<number>(count).fill(k))) };
}

/** The strokes of a resampled digit, but for place and size. */
export function strokesOf({ points, stroke }: { readonly points: ArrayLike<number>; readonly stroke: Uint8Array }): Glyph {
  const paths: [number, number][][] = [];
  stroke.forEach((number, k) => {
    if (!k || number !== stroke[k - 1]) paths.push([]);
    paths.at(-1)!.push([points[2 * k]!, points[2 * k + 1]!]);
  });
  return paths;
}

/** The features of a digit as named in `FEATURES`; it need not be centred or scaled anew. */
export function glyphFeatures({ points, stroke }: Resampled): Float32Array {
  const [xs, ys] = [new Float32Array(stroke.length), new Float32Array(stroke.length)];
  for (let k = 0; k < xs.length; k++) {
    xs[k] = points[2 * k]!;
    ys[k] = points[2 * k + 1]!;
  }
  const [width, height] = [centre(xs), centre(ys)];
  const side = fround(max(width, height, fround(1e-6)));
  for (let k = 0; k < xs.length; k++) {
    xs[k]! /= side;
    ys[k]! /= side;
  }
  const columns = [
    proportions(xs, ys, width, height), directions(xs, ys, stroke), turns(xs, ys, stroke),
    [wobble(xs, ys, stroke, 1), wobble(xs, ys, stroke, 4)], ends(xs, ys, stroke), extent(xs, ys),
  ];
  const found = new Float32Array(FEATURES.length);
  let at = 0;
  for (const some of columns) for (const value of some) found[PLACES[at++]!] = value;
  return found;
}

/** Moves values around zero; how far apart the outermost are. */
function centre(values: Float32Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const middle = fround(fround(low + high) / 2);
  for (let k = 0; k < values.length; k++) values[k] = values[k]! - middle;
  return fround(high - low);
}

function mean(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

function proportions(xs: Float32Array, ys: Float32Array, width: number, height: number): number[] {
  const [x, y, n] = [mean(xs), mean(ys), xs.length];
  const [widths, counts] = [[0, 0], [0, 0]];
  let [xx, xy, yy] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    const dx = xs[k]! - x, dy = ys[k]! - y;
    const half = ys[k]! < 0 ? 0 : 1;
    widths[half]! += dx * dx;
    counts[half]!++;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const side = max(width, height, 1e-6);
  const wide = (half: 0 | 1): number => sqrt(widths[half]! / (counts[half]! + 1)) + 0.03;
  return [
    log((width / side + 0.08) / (height / side + 0.08)), -(xy / n) / (yy / n + 1e-3), x, y,
    log((sqrt(xx / n) + 0.03) / (sqrt(yy / n) + 0.03)), log(wide(0) / wide(1)),
  ];
}

function directions(xs: Float32Array, ys: Float32Array, stroke: Uint8Array): number[] {
  let [total, right, down, leant, steep, risen, flat] = [0, 0, 0, 0, 0, 0, 0];
  const ways = [0, 0, 0, 0, 0, 0]; // cosine and sine of two, four and six times the angle
  for (let k = 1; k < xs.length; k++) {
    if (stroke[k] !== stroke[k - 1]) continue;
    const dx = fround(xs[k]! - xs[k - 1]!), dy = fround(ys[k]! - ys[k - 1]!);
    const length = sqrt(dx * dx + dy * dy);
    if (!length) continue;
    const c2 = (dx * dx - dy * dy) / (length * length), s2 = (2 * dx * dy) / (length * length);
    const c4 = c2 * c2 - s2 * s2, s4 = 2 * c2 * s2;
    ways[0]! += length * c2;
    ways[1]! += length * s2;
    ways[2]! += length * c4;
    ways[3]! += length * s4;
    ways[4]! += length * (c4 * c2 - s4 * s2);
    ways[5]! += length * (s4 * c2 + c4 * s2);
    total += length;
    right += dx;
    down += dy;
    leant += (dx * dy) / (length + 1e-6);
    steep += (dy * dy) / (length + 1e-6);
    if (abs(dx) <= fround(1.5 * abs(dy))) continue;
    risen += dy * sign(dx);
    flat += abs(dx);
  }
  total += 1e-6;
  return [-leant / (steep + 0.1), -risen / (flat + 0.1), ...ways.map((way) => way / total), right / total, down / total, log(total)];
}

function turns(xs: Float32Array, ys: Float32Array, stroke: Uint8Array): number[] {
  const k = CHORD_POINTS;
  let [count, bent, net, beyond, sharpest, straight, changes, held] = [4, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i + 2 * k < xs.length; i++) {
    if (stroke[i] !== stroke[i + 2 * k]) continue;
    const ax = fround(xs[i + k]! - xs[i]!), ay = fround(ys[i + k]! - ys[i]!);
    const bx = fround(xs[i + 2 * k]! - xs[i + k]!), by = fround(ys[i + 2 * k]! - ys[i + k]!);
    const cross = fround(fround(ax * by) - fround(ay * bx)), dot = fround(fround(ax * bx) + fround(ay * by));
    const turn = fround((fround(atan2(cross, fround(dot + fround(1e-9)))) * 180) / Math.PI);
    const size = abs(turn);
    count++;
    bent += size;
    net += turn;
    beyond += max(size - CORNER_DEGREES, 0);
    sharpest = max(sharpest, size);
    if (size < STRAIGHT_DEGREES) straight++;
    if (size <= STRAIGHT_DEGREES) continue;
    if (held * sign(turn) < 0) changes++;
    held = sign(turn);
  }
  return [bent / count / 20, net / count / 20, beyond / count / 10, sharpest / 90, straight / count, changes / 2];
}

/** How far off a straight pen a point lies in one direction, with so many points on either side. */
function offset(p: Float32Array, i: number, k: number): number {
  return fround((p[i + k]! + fround(fround(p[i + k - 1]! + p[i + k + 1]!) / 2)) / 2) - fround(fround(p[i + 2 * k]! + p[i]!) / 2);
}

/** How unsteady the pen is over so many points. */
function wobble(xs: Float32Array, ys: Float32Array, stroke: Uint8Array, k: number): number {
  let [total, count, before] = [0, 0, 0];
  for (let i = 0; i + 2 * k < xs.length; i++) {
    const together = stroke[i] === stroke[i + 2 * k];
    const size = together ? sqrt(offset(xs, i, k) ** 2 + offset(ys, i, k) ** 2) : 0;
    if (together && i) total += abs(size - before);
    if (together) count++;
    before = size;
  }
  return log(total / (count + 1) + 1e-3);
}

function ends(xs: Float32Array, ys: Float32Array, stroke: Uint8Array): number[] {
  const last = xs.length - 1;
  const way = (from: number, to: number): [number, number] => {
    const [dx, dy] = [xs[to]! - xs[from]!, ys[to]! - ys[from]!];
    const length = sqrt(dx * dx + dy * dy) + 0.02;
    return [dx / length, dy / length];
  };
  const distance = (a: number, b: number): number => sqrt((xs[a]! - xs[b]!) ** 2 + (ys[a]! - ys[b]!) ** 2);
  let lifted = 0;
  for (let k = 1; k <= last; k++) if (stroke[k] !== stroke[k - 1]) lifted += distance(k, k - 1);
  const [first, final] = [way(0, CHORD_POINTS), way(last - CHORD_POINTS, last)];
  return [stroke[last]! / 2, lifted, xs[0]!, ys[0]!, xs[last]!, ys[last]!, ...first, ...final, distance(0, last)];
}

function extent(xs: Float32Array, ys: Float32Array): number[] {
  const n = xs.length;
  let [area, nearest] = [0, Infinity];
  for (let k = 0; k < n; k++) area += xs[k]! * ys[(k + n - 1) % n]! - ys[k]! * xs[(k + n - 1) % n]!;
  // Every other point with those that come at least a fifth of the way later.
  for (let a = 0; a < n; a += 3)
    for (let b = a + Math.floor(n / 5); b < n; b += 2) {
      const far = (xs[a]! - xs[b]!) ** 2 + (ys[a]! - ys[b]!) ** 2;
      if (far < nearest) nearest = far;
    }
  return [abs(area) / 2, log(sqrt(nearest) + 0.03)];
}
