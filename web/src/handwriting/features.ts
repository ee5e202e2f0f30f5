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

type Table = Record<string, number>;

const { abs, atan2, cos, fround, log, max, sign, sin, sqrt } = Math;

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
  const [xs, ys] = [0, 1].map((axis) => Float32Array.from({ length: stroke.length }, (_, k) => points[2 * k + axis]!)) as [Float32Array, Float32Array];
  const [width, height] = [centre(xs), centre(ys)];
  const side = fround(max(width, height, fround(1e-6)));
  for (let k = 0; k < xs.length; k++) [xs[k], ys[k]] = [xs[k]! / side, ys[k]! / side];
  const table: Table = {
    ...proportions(xs, ys, width, height), ...directions(xs, ys, stroke), ...turns(xs, ys, stroke),
    'wobble': wobble(xs, ys, stroke, 1), 'slow wobble': wobble(xs, ys, stroke, 4), ...ends(xs, ys, stroke), ...extent(xs, ys),
  };
  return Float32Array.from(FEATURES, (name) => table[name]!);
}

/** Moves values around zero; how far apart the outermost are. */
function centre(values: Float32Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), max(high, value)];
  const middle = fround(fround(low + high) / 2);
  for (let k = 0; k < values.length; k++) values[k] = values[k]! - middle;
  return fround(high - low);
}

function mean(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

function proportions(xs: Float32Array, ys: Float32Array, width: number, height: number): Table {
  const [x, y, n] = [mean(xs), mean(ys), xs.length];
  const widths = [0, 0], counts = [0, 0];
  let [xx, xy, yy] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    const [dx, dy] = [xs[k]! - x, ys[k]! - y];
    const half = ys[k]! < 0 ? 0 : 1;
    widths[half]! += dx * dx;
    counts[half]!++;
    [xx, xy, yy] = [xx + dx * dx, xy + dx * dy, yy + dy * dy];
  }
  const side = max(width, height, 1e-6);
  const wide = (half: 0 | 1): number => sqrt(widths[half]! / (counts[half]! + 1)) + 0.03;
  return {
    'aspect': log((width / side + 0.08) / (height / side + 0.08)), 'slant of the ink': -(xy / n) / (yy / n + 1e-3),
    'middle x': x, 'middle y': y, 'spread': log((sqrt(xx / n) + 0.03) / (sqrt(yy / n) + 0.03)),
    'top to bottom width': log(wide(0) / wide(1)),
  };
}

function directions(xs: Float32Array, ys: Float32Array, stroke: Uint8Array): Table {
  let [total, right, down, leant, steep, risen, flat] = [0, 0, 0, 0, 0, 0, 0];
  const ways = [2, 4, 6].map((times) => ({ times, along: 0, across: 0 }));
  for (let k = 1; k < xs.length; k++) {
    if (stroke[k] !== stroke[k - 1]) continue;
    const [dx, dy] = [fround(xs[k]! - xs[k - 1]!), fround(ys[k]! - ys[k - 1]!)];
    const length = sqrt(dx * dx + dy * dy);
    const angle = atan2(dy, dx);
    for (const way of ways) {
      way.along += length * cos(way.times * angle);
      way.across += length * sin(way.times * angle);
    }
    total += length;
    [right, down] = [right + dx, down + dy];
    leant += (dx * dy) / (length + 1e-6);
    steep += (dy * dy) / (length + 1e-6);
    if (abs(dx) > fround(1.5 * abs(dy))) [risen, flat] = [risen + dy * sign(dx), flat + abs(dx)];
  }
  total += 1e-6;
  const [two, four, six] = ways.map(({ along, across }) => [along / total, across / total] as const);
  return {
    'slant of strokes': -leant / (steep + 0.1), 'rise of crossbars': -risen / (flat + 0.1), 'lengthwise': two![0], 'diagonal': two![1],
    'four ways': four![0], 'four ways turned': four![1], 'six ways': six![0], 'six ways turned': six![1],
    'net right': right / total, 'net down': down / total, 'length': log(total),
  };
}

function turns(xs: Float32Array, ys: Float32Array, stroke: Uint8Array): Table {
  const k = CHORD_POINTS;
  let [count, bent, net, beyond, sharpest, straight, changes, held] = [4, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i + 2 * k < xs.length; i++) {
    if (stroke[i] !== stroke[i + 2 * k]) continue;
    const [ax, ay] = [fround(xs[i + k]! - xs[i]!), fround(ys[i + k]! - ys[i]!)];
    const [bx, by] = [fround(xs[i + 2 * k]! - xs[i + k]!), fround(ys[i + 2 * k]! - ys[i + k]!)];
    const cross = fround(fround(ax * by) - fround(ay * bx)), dot = fround(fround(ax * bx) + fround(ay * by));
    const turn = fround((fround(atan2(cross, fround(dot + fround(1e-9)))) * 180) / Math.PI);
    const size = abs(turn);
    count++;
    [bent, net, beyond] = [bent + size, net + turn, beyond + max(size - CORNER_DEGREES, 0)];
    sharpest = max(sharpest, size);
    if (size < STRAIGHT_DEGREES) straight++;
    if (size <= STRAIGHT_DEGREES) continue;
    if (held * sign(turn) < 0) changes++;
    held = sign(turn);
  }
  return {
    'turning': bent / count / 20, 'turning one way': net / count / 20, 'corners': beyond / count / 10, 'sharpest corner': sharpest / 90,
    'straightness': straight / count, 'inflections': changes / 2,
  };
}

/** How unsteady the pen is over so many points. */
function wobble(xs: Float32Array, ys: Float32Array, stroke: Uint8Array, k: number): number {
  const off = (p: Float32Array, i: number): number =>
    fround(fround(p[i + k]! + fround(fround(p[i + k - 1]! + p[i + k + 1]!) / 2)) / 2) - fround(fround(p[i + 2 * k]! + p[i]!) / 2);
  let [total, count, before] = [0, 0, 0];
  for (let i = 0; i + 2 * k < xs.length; i++) {
    const together = stroke[i] === stroke[i + 2 * k];
    const [dx, dy] = together ? [off(xs, i), off(ys, i)] : [0, 0];
    const size = sqrt(dx * dx + dy * dy);
    if (together && i) total += abs(size - before);
    if (together) count++;
    before = size;
  }
  return log(total / (count + 1) + 1e-3);
}

function ends(xs: Float32Array, ys: Float32Array, stroke: Uint8Array): Table {
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
  return {
    'strokes': stroke[last]! / 2, 'pen lifted': lifted, 'start x': xs[0]!, 'start y': ys[0]!, 'end x': xs[last]!, 'end y': ys[last]!,
    'start right': first[0], 'start down': first[1], 'end right': final[0], 'end down': final[1], 'start to end': distance(0, last),
  };
}

function extent(xs: Float32Array, ys: Float32Array): Table {
  const n = xs.length;
  let [area, nearest] = [0, Infinity];
  for (let k = 0; k < n; k++) area += xs[k]! * ys[(k + n - 1) % n]! - ys[k]! * xs[(k + n - 1) % n]!;
  // Every other point with those that come at least a fifth of the way later.
  for (let a = 0; a < n; a += 3)
    for (let b = a + Math.floor(n / 5); b < n; b += 2) {
      const [dx, dy] = [xs[a]! - xs[b]!, ys[a]! - ys[b]!];
      nearest = Math.min(nearest, dx * dx + dy * dy);
    }
  return { 'area': abs(area) / 2, 'loop': log(sqrt(nearest) + 0.03) };
}
