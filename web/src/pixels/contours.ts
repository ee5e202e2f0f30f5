/** Outlines: following, area, hull, and few-cornered approximation. */

import { type Raster, bytes } from './raster';

export type Point = readonly [number, number];

const AROUND: readonly Point[] = [[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];

/** The outline of the one connected part of a mask, pixel by pixel (Suzuki and Abe 1985). */
export function followOutline(mask: Raster): Point[] {
  const inked = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < mask.width && y < mask.height && mask.data[y * mask.width + x]! > 0;
  const at = mask.data.findIndex((value) => value > 0);
  if (at < 0) return [];
  const start: Point = [at % mask.width, Math.floor(at / mask.width)];
  const outline: Point[] = [];
  let [x, y] = start;
  let from = 4; // the direction that the last step came from; the start is entered from its left
  let firstStep = -1;
  for (;;) {
    let step = -1;
    for (let k = 1; k <= 8 && step < 0; k++) {
      const direction = (from + 8 - k) % 8;
      const [dx, dy] = AROUND[direction]!;
      if (inked(x + dx, y + dy)) step = direction;
    }
    if (step < 0) return [start];
    if (x === start[0] && y === start[1]) {
      if (step === firstStep) return outline;
      if (firstStep < 0) firstStep = step;
    }
    outline.push([x, y]);
    x += AROUND[step]![0];
    y += AROUND[step]![1];
    from = (step + 4) % 8;
  }
}

/** Area within a closed outline. */
export function outlineArea(points: readonly Point[]): number {
  let twice = 0;
  points.forEach(([x, y], k) => {
    const [nextX, nextY] = points[(k + 1) % points.length]!;
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

export function outlineLength(points: readonly Point[]): number {
  return points.reduce((sum, [x, y], k) => {
    const [nextX, nextY] = points[(k + 1) % points.length]!;
    return sum + Math.hypot(nextX - x, nextY - y);
  }, 0);
}

/** The convex hull, corner by corner (Andrew's chains). */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  const chain = (ordered: readonly Point[]): Point[] => {
    const hull: Point[] = [];
    for (const point of ordered) {
      while (hull.length > 1) {
        const [a, b] = [hull.at(-2)!, hull.at(-1)!];
        if ((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) > 0) break;
        hull.pop();
      }
      hull.push(point);
    }
    return hull.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.reverse())];
}

function distanceToLine(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  if (!length) return Math.hypot(point[0] - a[0], point[1] - a[1]);
  return Math.abs((point[1] - a[1]) * dx - (point[0] - a[0]) * dy) / length;
}

function simplify(points: readonly Point[], reach: number): Point[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  let [farthest, distance] = [0, 0];
  points.forEach((point, k) => {
    const away = distanceToLine(point, first, last);
    if (away > distance) [farthest, distance] = [k, away];
  });
  if (distance <= reach) return [first];
  return [...simplify(points.slice(0, farthest + 1), reach), ...simplify(points.slice(farthest), reach)];
}

/** A closed outline with fewer corners, none of its points further than `reach` away (Douglas and Peucker 1973). */
export function approximateOutline(points: readonly Point[], reach: number): Point[] {
  if (points.length < 3) return [...points];
  // From two corners far from each other: that of most points and the one farthest from it.
  const farthestFrom = (origin: number): number =>
    points.reduce((best, [x, y], k) => {
      const away = (j: number): number => Math.hypot(points[j]![0] - points[origin]![0], points[j]![1] - points[origin]![1]);
      return Math.hypot(x - points[origin]![0], y - points[origin]![1]) > away(best) ? k : best;
    }, origin);
  const one = farthestFrom(farthestFrom(farthestFrom(0)));
  const other = farthestFrom(one);
  const turned = [...points.slice(one), ...points.slice(0, one + 1)];
  const middle = (other - one + points.length) % points.length;
  const corners = [...simplify(turned.slice(0, middle + 1), reach), ...simplify(turned.slice(middle), reach)];
  return dropMiddles(corners, reach);
}

/** Corners that lie on the line between their neighbours go. */
function dropMiddles(corners: Point[], reach: number): Point[] {
  for (let k = 0; k < corners.length && corners.length > 2; ) {
    const [before, after] = [corners.at(k - 1)!, corners[(k + 1) % corners.length]!];
    if (distanceToLine(corners[k]!, before, after) ** 2 <= 0.5 * reach * reach) corners.splice(k, 1);
    else k++;
  }
  return corners;
}

/** A mask with its holes filled: 255 for all that cannot be reached from the edge in steps across and down. */
export function fillHoles(mask: Raster): Raster {
  const { width, height } = mask;
  const filled = bytes(width, height);
  filled.data.fill(255);
  const waiting: number[] = [];
  const visit = (x: number, y: number): void => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = y * width + x;
    if (mask.data[at] || !filled.data[at]) return;
    filled.data[at] = 0;
    waiting.push(at);
  };
  for (let x = 0; x < width; x++) [visit(x, 0), visit(x, height - 1)];
  for (let y = 0; y < height; y++) [visit(0, y), visit(width - 1, y)];
  while (waiting.length) {
    const at = waiting.pop()!;
    const [x, y] = [at % width, Math.floor(at / width)];
    visit(x - 1, y);
    visit(x + 1, y);
    visit(x, y - 1);
    visit(x, y + 1);
  }
  return filled;
}
