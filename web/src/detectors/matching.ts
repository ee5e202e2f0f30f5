/** Which boxes of two lists are the same object: greedy by overlap, best pair first. */

import constants from '../constants.json';
import type { BoxCorners } from './detections';

export const { MIN_OBJECT_IOU } = constants['detectors.matching'];
const { MIN_SIDE_SHARE } = constants['detectors.matching'];

/** IoU of two boxes; 0 for boxes without area. */
export function iouOf(a: BoxCorners, b: BoxCorners): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height;
  return union > 0 ? (width * height) / union : 0;
}

/** A thin box's shorter side grown about its middle to a third of the longer. */
function widenThin([x1, y1, x2, y2]: BoxCorners): BoxCorners {
  const least = MIN_SIDE_SHARE * Math.max(x2 - x1, y2 - y1);
  const [halfWidth, halfHeight] = [Math.max(x2 - x1, least) / 2, Math.max(y2 - y1, least) / 2];
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
}

/** How much two boxes mean one object, 0 to 1: the IoU, with thin boxes widened first. */
export function objectOverlap(a: BoxCorners, b: BoxCorners): number {
  return iouOf(widenThin(a), widenThin(b));
}

/** Row and column of the largest values of a table, each row and column used once, best first. */
export function bestPairs(overlaps: readonly (readonly number[])[], threshold: number): [number, number][] {
  const cells = overlaps.flatMap((row, i) => row.map((overlap, j) => ({ overlap, i, j })));
  const [rows, columns] = [new Set<number>(), new Set<number>()];
  const pairs: [number, number][] = [];
  for (const { overlap, i, j } of cells.sort((a, b) => b.overlap - a.overlap)) {
    if (overlap < threshold) break;
    if (rows.has(i) || columns.has(j)) continue;
    rows.add(i);
    columns.add(j);
    pairs.push([i, j]);
  }
  return pairs;
}
