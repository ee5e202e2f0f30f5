/** A page of many drawings -> several frames, parted where blank paper runs right across it. */

import constants from '../../constants.json';
import { LOCATING_THRESHOLD, inkBounds } from '../../ink/ink';
import { findRuns } from '../../ink/lines';
import { type Box, type Raster, cutOut, inkedAxes, threshold } from '../../pixels/raster';
import { MAX_ZOOM, MIN_RELATIVE_ZOOM, type Frame, frameInk, tallestObject, zoomOf } from './letterbox';

const { MAX_FRAMES, MIN_OBJECT_HEIGHT_PX, MIN_PARTING_SHARE } = constants['detectors.yolov3.pages'];

/** Where the ink is cut across an axis: the middle of the widest blank strip nearest the middle; null without one. */
function findCut(inked: readonly boolean[], tallest: number): number | null {
  const runs = findRuns(inked);
  const gaps = runs.slice(1).map(([end], k) => [runs[k]![1], end] as const);
  const widest = Math.max(0, ...gaps.map(([start, end]) => end - start));
  if (!gaps.length || widest < Math.max(2, MIN_PARTING_SHARE * tallest)) return null;
  const centre = (runs[0]![0] + runs.at(-1)![1]) / 2;
  const offset = ([start, end]: readonly [number, number]): number => Math.abs((start + end) / 2 - centre);
  const wide = gaps.filter(([start, end]) => end - start >= 0.5 * widest);
  const [start, end] = wide.reduce((best, gap) => (offset(gap) < offset(best) ? gap : best));
  return Math.trunc((start + end) / 2);
}

/** Two boxes of the ink that come out larger in frames of their own; none where the frame shows it well. */
function part(ink: Raster, frame: Frame): Box[] {
  const found = inkBounds(ink);
  if (!found) return [];
  const tallest = tallestObject(cutOut(ink, found), 384, 0); // the lines of a page are not one drawing
  const zoom = zoomOf(frame);
  if (zoom * tallest >= MIN_OBJECT_HEIGHT_PX || zoom >= MAX_ZOOM * MIN_RELATIVE_ZOOM) return [];
  const inked = inkedAxes(threshold(ink, LOCATING_THRESHOLD));
  const { width, height } = ink;
  let [best, boxes]: [number, Box[]] = [zoom, []];
  for (const axis of ['rows', 'columns'] as const) { // lines stay whole where both ways are as good
    const cut = findCut(inked[axis], tallest);
    if (cut === null) continue;
    const parts: Box[] = axis === 'rows'
      ? [[0, 0, width, cut], [0, cut, width, height]]
      : [[0, 0, cut, height], [cut, 0, width, height]];
    const least = Math.min(...parts.map((box) => zoomOf(frameInk(cutOut(ink, box)))));
    if (least > 1.05 * best) [best, boxes] = [least, parts];
  }
  return boxes;
}

/** The frames that together show all the ink as large as it should be shown; mostly one. */
export function framePage(ink: Raster): Frame[] {
  const waiting: Box[] = [[0, 0, ink.width, ink.height]];
  const frames: Frame[] = [];
  while (waiting.length) {
    const [x1, y1, x2, y2] = waiting.shift()!;
    const own = cutOut(ink, [x1, y1, x2, y2]);
    const frame = frameInk(own);
    const parts = frames.length + waiting.length + 2 <= MAX_FRAMES ? part(own, frame) : [];
    if (parts.length) waiting.push(...parts.map(([a, b, c, d]) => [x1 + a, y1 + b, x1 + c, y1 + d] as const));
    else
      frames.push({ ...frame, columns: frame.columns.map((x) => x + x1), rows: frame.rows.map((y) => y + y1) });
  }
  return frames;
}
