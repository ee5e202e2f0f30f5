/** What every way of reading calls censored is blurred in every picture, until someone asks to see it. */

import { type BoxCorners, CENSORED, type Detections } from '../detectors/detections';
import { type Raster, cutOut, roundEven } from '../pixels/raster';
import { resizeArea, resizeLinear } from '../pixels/resize';
import { matchReadings } from './objects';

const BLUR_BLOCKS = 6; // along the longer side; down to a handful of blocks first, as a blur alone can be guessed through

/**
 * What all of these readings call censored: each box holds those of every reading.
 *
 * One way alone is mistaken too often to hide a drawing from the person who made it; its opinion stays a label.
 */
export function censoredBoxes(readings: readonly Detections[]): BoxCorners[] {
  const censored = readings.map((found) => found.filter(({ classId }) => classId === CENSORED));
  return matchReadings(censored).objects.filter(({ rows }) => !rows.includes(null)).map(({ rows }) => {
    const boxes = rows.map((row, k) => censored[k]![row!]!.box);
    const edge = (k: number, most: (...values: number[]) => number): number => most(...boxes.map((box) => box[k]!));
    return [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
  });
}

/** The drawing with these parts blurred beyond recognition. */
export function blurCensored(image: Raster, boxes: readonly BoxCorners[]): Raster {
  const blurred = { ...image, data: image.data.slice() };
  for (const box of boxes) {
    const margin = 0.06 * Math.max(box[2] - box[0], box[3] - box[1]) + 4;
    const [x1, y1] = [Math.max(0, Math.trunc(box[0] - margin)), Math.max(0, Math.trunc(box[1] - margin))];
    const [x2, y2] = [Math.min(image.width, Math.trunc(box[2] + margin) + 1), Math.min(image.height, Math.trunc(box[3] + margin) + 1)];
    if (x2 <= x1 || y2 <= y1) continue;
    const [width, height] = [x2 - x1, y2 - y1];
    const [wide, tall] = [width, height].map((side) => Math.max(1, roundEven((BLUR_BLOCKS * side) / Math.max(width, height)))) as [number, number];
    const soft = resizeLinear(resizeArea(cutOut(image, [x1, y1, x2, y2]), wide, tall), width, height);
    for (let y = 0; y < height; y++)
      blurred.data.set(soft.data.subarray(y * width * 3, (y + 1) * width * 3), ((y1 + y) * image.width + x1) * 3);
  }
  return blurred;
}
