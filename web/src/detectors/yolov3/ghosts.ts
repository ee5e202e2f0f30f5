/** Ghosts: unsure boxes whose ink is explained by surer ones already, as of a 7 and half of the 7 beside it. */

import constants from '../../constants.json';
import { INK_THRESHOLD } from '../../ink/ink';
import { type Box, type Raster, clamp, roundEven } from '../../pixels/raster';
import { type Detections, OTHER } from '../detections';
import { bestRows } from '../detector';

const { MAX_GHOST_CONFIDENCE, MAX_RING_SIZE, MIN_EXPLAINED } = constants['detectors.yolov3.ghosts'];

/** Share of the ink in one box that lies in others as well. */
function explainedShare(ink: Raster, [left, top, right, bottom]: Box, others: readonly Box[]): number {
  let [total, covered] = [0, 0];
  for (let y = top; y < Math.min(bottom, ink.height); y++)
    for (let x = left; x < Math.min(right, ink.width); x++) {
      if (ink.data[y * ink.width + x]! <= INK_THRESHOLD) continue;
      total++;
      if (others.some(([x1, y1, x2, y2]) => x >= x1 && x < x2 && y >= y1 && y < y2)) covered++;
    }
  return total ? covered / total : 0;
}

/**
 * The proposals without ghosts.
 *
 * @param scale pixels of the ink per pixel of the drawing.
 */
export function dropGhosts(proposals: Detections, ink: Raster, scale: number): Detections {
  const shown = bestRows(proposals);
  if (shown.length < 2) return proposals;
  const corners = proposals.map(({ box }) => box.map((value) => clamp(roundEven(value * scale), 0, Infinity)) as unknown as Box);
  const areas = corners.map(([x1, y1, x2, y2]) => (x2 - x1) * (y2 - y1));
  const kept: number[] = [];
  const ghosts = new Set<number>();
  for (const k of shown) {
    const around = kept.filter((j) => proposals[j]!.classId !== OTHER || areas[j]! <= MAX_RING_SIZE * areas[k]!);
    const isGhost = proposals[k]!.confidence < MAX_GHOST_CONFIDENCE &&
      explainedShare(ink, corners[k]!, around.map((j) => corners[j]!)) >= MIN_EXPLAINED;
    if (isGhost) ghosts.add(k);
    else kept.push(k);
  }
  return proposals.filter((_, k) => !ghosts.has(k));
}
