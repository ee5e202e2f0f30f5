/** What a browser hands in -> one clean drawing, red, green and blue: the one place where input is doubted. */

import constants from '../constants.json';
import { type Raster, bytes, roundEven } from '../pixels/raster';
import { resizeArea } from '../pixels/resize';

export const { BLANK_SIDE, MAX_PIXELS, WORK_SIDE } = constants['ink.drawing'];
const { MIN_VISIBLE_CONTRAST, MIN_VISIBLE_SHARE } = constants['ink.drawing'];

/** The input is no drawing; the message says why in the user's words. */
export class DrawingError extends Error {}

export interface PixelSource {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and cover of each pixel. */
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** What stands for paper under transparency: white, or black where white would hide the ink. */
function paperUnder(data: Uint8ClampedArray | Uint8Array): number {
  let [visible, standsOut] = [0, 0];
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3]! <= 127) continue;
    visible++;
    if (Math.min(data[at]!, data[at + 1]!, data[at + 2]!) < 255 - MIN_VISIBLE_CONTRAST) standsOut++;
  }
  // A sheet that is mostly opaque brings its own paper.
  return standsOut < MIN_VISIBLE_SHARE * visible && visible < 0.5 * (data.length / 4) ? 0 : 255;
}

/**
 * Pixels as a drawing; transparency becomes paper.
 *
 * @throws {DrawingError} no pixels, or too many.
 */
export function asDrawing({ width, height, data }: PixelSource): Raster {
  if (!(width >= 1 && height >= 1) || data.length !== 4 * width * height) throw new DrawingError('The drawing has no pixels.');
  if (width * height > MAX_PIXELS)
    throw new DrawingError(`The picture is too large: ${width} x ${height} pixels, at most ${MAX_PIXELS / 1e6} million.`);
  const drawing = bytes(width, height, 3);
  let isOpaque = true;
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    for (let c = 0; c < 3; c++) drawing.data[to + c] = data[from + c]!;
    isOpaque &&= data[from + 3] === 255;
  }
  if (isOpaque) return drawing;
  const paper = paperUnder(data);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const cover = Math.fround(data[from + 3]! / 255);
    for (let c = 0; c < 3; c++) drawing.data[to + c] = roundEven(data[from + c]! * cover + paper * (1 - cover));
  }
  return drawing;
}

/** The drawing with its longer side at most `WORK_SIDE`, and the factor it was reduced by. */
export function toWorkSize(image: Raster): { image: Raster; scale: number } {
  const scale = Math.min(1, WORK_SIDE / Math.max(image.width, image.height));
  if (scale === 1) return { image, scale };
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, roundEven(side * scale))) as [number, number];
  return { image: resizeArea(image, width, height), scale };
}
