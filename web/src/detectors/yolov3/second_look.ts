/** Ink that no box explains, which is looked at once more, by itself: the last line of a page, a bar among digits. */

import constants from '../../constants.json';
import { INK_THRESHOLD } from '../../ink/ink';
import { type Component, findComponents } from '../../pixels/components';
import { type Box, type Raster, clamp, countNonZero, median, roundEven, threshold } from '../../pixels/raster';
import type { BoxCorners } from '../detections';

const { MAX_STROKE_GAP, MAX_STROKE_SIZE, MIN_LEFT_SHARE, MIN_LEFT_SIZE } = constants['detectors.yolov3.second_look'];

/**
 * The connected ink that lies outside the boxes for the most part and is of some size; null where there is none.
 *
 * What has a box within its own bounds is left out: alone, a ring around a digit would be a zero.  So is
 * what may be a stroke of what is in a box.
 *
 * @param boxes in pixels of the ink, at least one.
 */
export function unexplainedInk(ink: Raster, boxes: readonly BoxCorners[]): Raster | null {
  const corners = boxes.map((box) => box.map((value) => clamp(roundEven(value), 0, Infinity)) as unknown as Box);
  const sizes = corners.map(([x1, y1, x2, y2]) => Math.max(x2 - x1, y2 - y1));
  const usual = median(sizes);
  const mask = threshold(ink, INK_THRESHOLD, 1);
  const left = { ...mask, data: mask.data.slice() };
  for (const [x1, y1, x2, y2] of corners)
    for (let y = y1; y < Math.min(y2, ink.height); y++) left.data.fill(0, y * ink.width + Math.min(x1, ink.width), y * ink.width + Math.min(x2, ink.width));
  if (countNonZero(left) < MIN_LEFT_SHARE * MIN_LEFT_SIZE * usual) return null; // not even a thin line is left
  const { labels, parts } = findComponents(mask, 8);
  const outside = new Float64Array(parts.length + 1);
  for (let at = 0; at < labels.length; at++) if (left.data[at]) outside[labels[at]!]!++;
  const isStroke = ({ x, y, width, height }: Component, [x1, y1, x2, y2]: Box, size: number): boolean => {
    const gap = Math.hypot(Math.max(x1 - x - width, x - x2, 0), Math.max(y1 - y - height, y - y2, 0));
    return gap <= MAX_STROKE_GAP * size && Math.max(width, height) <= MAX_STROKE_SIZE * size;
  };
  const isAround = ({ x, y, width, height }: Component, [x1, y1, x2, y2]: Box): boolean => {
    const [cx, cy] = [(x1 + x2) / 2, (y1 + y2) / 2];
    return cx >= x && cx < x + width && cy >= y && cy < y + height;
  };
  const chosen = [false, ...parts.map((part, k) =>
    outside[k + 1]! > MIN_LEFT_SHARE * part.area && Math.max(part.width, part.height) >= MIN_LEFT_SIZE * usual &&
    !corners.some((box, at) => isStroke(part, box, sizes[at]!) || isAround(part, box)))];
  if (!chosen.some(Boolean)) return null;
  return { ...ink, data: ink.data.map((value, at) => (chosen[labels[at]!] ? value : 0)) };
}
