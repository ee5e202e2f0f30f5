/** A crop of any size -> the square that a classifier's network sees. */

import constants from '../constants.json';
import { CROP_INK_THRESHOLD, inkWindow, scaleInk } from '../ink/ink';
import { type Raster, boundingBox, bytes, cutOut, mapPixels, roundEven, threshold, toByte } from '../pixels/raster';

const { CROP_CONTENT_PX, CROP_PLANES, CROP_SIDE_PX } = constants['models.classes'];

/** Some ink cut out of a sheet. */
export interface Crop {
  /** The ink in question, 0 paper to 255 ink. */
  readonly ink: Raster;
  /** The other ink around it, of the same size; null where there is none. */
  readonly around: Raster | null;
  /** A stretch of the sheet with the ink in question in the middle, all other ink faint, 32 x 32. */
  readonly place: Raster;
}

/** The first plane, or the first two: the ink, centred, aspect kept, darkest ink at full; and what is around it. */
function fitInk({ ink, around }: Crop, square: Uint8Array): void {
  const box = boundingBox(threshold(ink, CROP_INK_THRESHOLD));
  if (!box) return;
  const [x, y, x2, y2] = box;
  const [w, h] = [x2 - x, y2 - y];
  const scale = CROP_CONTENT_PX / Math.max(w, h);
  const [width, height] = [w, h].map((side) => Math.max(1, roundEven(side * scale))) as [number, number];
  let small = scaleInk(cutOut(ink, box), width, height);
  const peak = small.data.reduce((most, value) => Math.max(most, value), 0);
  if (peak > 0 && peak < 255) small = mapPixels(small, (value) => toByte(Math.fround(value * Math.fround(255 / peak))));
  const left = Math.floor((CROP_SIDE_PX - width) / 2);
  const top = Math.floor((CROP_SIDE_PX - height) / 2);
  for (let row = 0; row < height; row++)
    square.set(small.data.subarray(row * width, (row + 1) * width), (top + row) * CROP_SIDE_PX + left);
  if (!around) return;
  // The window of the source that the square shows, at the very scale of the ink.
  const [x1, xEnd] = [0, CROP_SIDE_PX].map((edge) => roundEven(x + ((edge - left) * w) / width)) as [number, number];
  const [y1, yEnd] = [0, CROP_SIDE_PX].map((edge) => roundEven(y + ((edge - top) * h) / height)) as [number, number];
  const seen = inkWindow(around, [x1, y1, xEnd, yEnd]);
  if (seen.data.some((value) => value > 0))
    square.set(scaleInk(seen, CROP_SIDE_PX, CROP_SIDE_PX).data, CROP_SIDE_PX * CROP_SIDE_PX);
}

/** A crop of any size as the network sees it: three planes of 32 x 32, 0 paper to 255 ink. */
export function fitSquare(crop: Crop): Uint8Array {
  const plane = CROP_SIDE_PX * CROP_SIDE_PX;
  const square = bytes(CROP_SIDE_PX, CROP_SIDE_PX * CROP_PLANES).data;
  fitInk(crop, square);
  square.set(crop.place.data, 2 * plane);
  return square;
}
