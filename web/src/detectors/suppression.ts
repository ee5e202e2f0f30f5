/** Non-maximum suppression: of boxes that overlap too much only the surest one stays. */

import type { BoxCorners } from './detections';

function overlapOf(a: BoxCorners, b: BoxCorners): number {
  const [width, height] = [Math.min(a[2], b[2]) - Math.max(a[0], b[0]), Math.min(a[3], b[3]) - Math.max(a[1], b[1])];
  const areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]);
  if (areas <= Number.EPSILON) return 1;
  const common = width > 0 && height > 0 ? width * height : 0;
  return Math.fround(1 - Math.fround(1 - common / (areas - common)));
}

/**
 * The places that stay, the surest first.
 *
 * @param iou overlap above which the less sure one goes.
 * @param classIds with them only boxes of one class compete.
 */
export function suppress(
  boxes: readonly BoxCorners[], confidence: readonly number[], iou: number, classIds?: readonly number[],
): number[] {
  const kept: number[] = [];
  for (const k of [...boxes.keys()].sort((a, b) => confidence[b]! - confidence[a]!)) {
    const isCopy = kept.some((other) =>
      (!classIds || classIds[other] === classIds[k]) && overlapOf(boxes[k]!, boxes[other]!) > Math.fround(iou));
    if (confidence[k]! > 0 && !isCopy) kept.push(k);
  }
  return kept;
}
