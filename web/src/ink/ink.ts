/** Ink -> ink: where it is, how wide its strokes are, scaling and windows. */

import constants from '../constants.json';
import { dilateBox, dilateEllipse, erodeBox } from '../pixels/morphology';
import {
  type Box, type Raster, boundingBox, bytes, countNonZero, mapPixels, roundEven, threshold,
} from '../pixels/raster';
import { resizeArea, resizeLinear } from '../pixels/resize';

export const {
  CROP_INK_THRESHOLD, INK_THRESHOLD, LOCATING_THRESHOLD, MAX_GRAIN, MAX_KERNEL_PX, MIN_CONTRAST, MIN_CROP_STROKE_PX, POOLED_KERNEL_PX,
  STROKE_THRESHOLD,
} = constants['ink.ink'];

/** Rough width of the strokes in pixels: area over the part of it that one erosion eats, which is the outline. */
export function strokeWidth(ink: Raster): number {
  const mask = threshold(ink, STROKE_THRESHOLD);
  const area = countNonZero(mask);
  if (!area) return 1;
  const outline = area - countNonZero(erodeBox(mask, 3, 'zero'));
  return (2 * area) / Math.max(outline, 1);
}

/** Ink reduced to a whole fraction of its size, every pixel the darkest of its block, so that no line is lost. */
export function poolInk(ink: Raster, factor: number): Raster {
  if (factor <= 1) return ink;
  const spread = dilateBox(ink, factor, factor, [0, 0]);
  const pooled = bytes(Math.ceil(ink.width / factor), Math.ceil(ink.height / factor));
  for (let y = 0; y < pooled.height; y++)
    for (let x = 0; x < pooled.width; x++)
      pooled.data[y * pooled.width + x] = spread.data[y * factor * ink.width + x * factor]!;
  return pooled;
}

/**
 * Ink resized with thin strokes kept visible.
 *
 * @param minStroke strokes that would come out thinner than this are thickened first.
 */
export function scaleInk(ink: Raster, width: number, height: number, minStroke = MIN_CROP_STROKE_PX): Raster {
  const scale = Math.max(width / ink.width, height / ink.height);
  if (scale >= 1) return resizeLinear(ink, width, height);
  const thicken = scale < 0.75 ? roundEven(minStroke / scale - strokeWidth(ink)) : 0;
  if (thicken > 0) {
    const factor = thicken < MAX_KERNEL_PX ? 1 : Math.floor(thicken / POOLED_KERNEL_PX);
    ink = dilateEllipse(poolInk(ink, factor), roundEven(thicken / factor) + 1);
  }
  return resizeArea(ink, width, height);
}

/** The ink between these edges, which may lie outside the sheet: paper goes on there. */
export function inkWindow(ink: Raster, [x1, y1, x2, y2]: Box): Raster {
  const seen = bytes(x2 - x1, y2 - y1);
  const [left, right] = [Math.max(x1, 0), Math.min(x2, ink.width)];
  if (left >= right) return seen;
  for (let y = Math.max(y1, 0); y < Math.min(y2, ink.height); y++)
    seen.data.set(ink.data.subarray(y * ink.width + left, y * ink.width + right), (y - y1) * seen.width + left - x1);
  return seen;
}

/** Bounding box of the ink; null where there is none. */
export function inkBounds(ink: Raster): Box | null {
  return boundingBox(threshold(ink, LOCATING_THRESHOLD));
}

/** Ink as a picture of dark ink on white paper, red, green and blue. */
export function inkOnPaper(ink: Raster): Raster {
  const picture = bytes(ink.width, ink.height, 3);
  ink.data.forEach((value, at) => picture.data.fill(255 - value, 3 * at, 3 * at + 3));
  return picture;
}

export function invert(image: Raster): Raster {
  return mapPixels(image, (value) => 255 - value);
}
