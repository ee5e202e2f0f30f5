/** What strokes of a digit are, and their geometry. */

import type { Stroke } from '../ink/strokes';

export type Point = readonly [x: number, y: number];

/** One movement of the pen. */
export type Path = Stroke['points'];

/** One digit: strokes in the order drawn, y down, in any unit. */
export type Glyph = readonly Path[];

const { fround, sqrt } = Math;

/** Smallest and largest coordinates, in single precision. */
export function glyphBounds(glyph: Glyph): [low: [number, number], high: [number, number]] {
  const low: [number, number] = [Infinity, Infinity], high: [number, number] = [-Infinity, -Infinity];
  for (const path of glyph)
    for (const point of path)
      for (const axis of [0, 1] as const) {
        const value = fround(point[axis]);
        low[axis] = Math.min(low[axis], value);
        high[axis] = Math.max(high[axis], value);
      }
  return [low, high];
}

/** How far the pen has come at each point of a path, from 0. */
export function distanceAlong(path: Path): number[] {
  let far = 0;
  return path.map(([x, y], k) => {
    if (!k) return 0;
    const [dx, dy] = [fround(x - path[k - 1]![0]), fround(y - path[k - 1]![1])];
    far = fround(far + fround(sqrt(dx * dx + dy * dy)));
    return far;
  });
}

/** So many points at even distances along a path. */
export function pointsAt(path: Path, count: number): Point[] {
  const far = distanceAlong(path);
  const whole = far.at(-1)!;
  let next = 0;
  return Array.from({ length: count }, (_, k): Point => {
    const wanted = k === count - 1 ? whole : (k * whole) / (count - 1);
    while (next < far.length && far[next]! <= wanted) next++; // the first point beyond
    if (next === far.length) return path.at(-1)!;
    const [a, b, start, end] = [path[next - 1]!, path[next]!, far[next - 1]!, far[next]!];
    const share = (wanted - start) / (end - start);
    return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
  });
}

/** The same strokes moved, in single precision. */
export function moveGlyph(glyph: Glyph, right: number, down: number): Glyph {
  const [dx, dy] = [fround(right), fround(down)];
  return glyph.map((path) => path.map(([x, y]) => [fround(x + dx), fround(y + dy)] as const));
}
