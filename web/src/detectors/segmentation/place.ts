/** Where on its sheet some ink stands, and how large it is beside the rest: what a crop alone cannot say. */

import type { Crop } from '../../classifiers/crop';
import constants from '../../constants.json';
import { inkWindow, scaleInk } from '../../ink/ink';
import type { Sheet } from '../../ink/sheet';
import { type Box, type Raster, roundEven } from '../../pixels/raster';
import { resizeArea } from '../../pixels/resize';
import { type Piece, cropAround, pieceBox, pieceSize, sheetPieces } from './pieces';

const { CROP_SIDE_PX } = constants['models.classes'];
const { FAINT, PLACE_SIDE } = constants['classifiers.crop'];
const { MIN_SHOWN_STROKE_PX } = constants['detectors.segmentation.place'];

/** Longer side of a sheet's typical piece in pixels of its ink: their mean by ink, which dots do not pull down. */
function typicalSize(sheet: Sheet): number {
  return sheet.step('typical size', () => {
    const sizes = sheetPieces(sheet).map(pieceSize);
    if (!sizes.length) return 1;
    return sizes.reduce((sum, n) => sum + n * n, 0) / sizes.reduce((sum, n) => sum + n, 0);
  });
}

/** The sheet's ink at the scale of the place plane. */
function smallInk(sheet: Sheet): Raster {
  return sheet.step('small ink', () => {
    const shrink = CROP_SIDE_PX / (PLACE_SIDE * typicalSize(sheet));
    const [width, height] = [sheet.ink.width, sheet.ink.height].map((side) => Math.max(1, roundEven(side * shrink))) as [number, number];
    return scaleInk(sheet.ink, width, height, MIN_SHOWN_STROKE_PX);
  });
}

/** The place plane of some of a sheet's ink, 32 x 32. */
function drawPlace(sheet: Sheet, piece: Piece): Raster {
  const small = smallInk(sheet);
  const [across, down] = [small.width / sheet.ink.width, small.height / sheet.ink.height];
  const [x1, y1, x2, y2] = pieceBox(piece);
  const [left, top] = [roundEven(x1 * across), roundEven(y1 * down)];
  const [right, bottom] = [Math.max(roundEven(x2 * across), left + 1), Math.max(roundEven(y2 * down), top + 1)];
  const x = Math.floor((left + right - CROP_SIDE_PX) / 2);
  const y = Math.floor((top + bottom - CROP_SIDE_PX) / 2);
  const window: Box = [x, y, x + CROP_SIDE_PX, y + CROP_SIDE_PX];
  const seen = inkWindow(small, window);
  // A pixel of the small sheet is the piece's if any of the piece's ink falls on it.
  const reduced = resizeArea(piece.ink, right - left, bottom - top);
  const own = inkWindow(reduced, [x - left, y - top, x - left + CROP_SIDE_PX, y - top + CROP_SIDE_PX]);
  return { ...seen, data: seen.data.map((value, at) => (own.data[at] ? value : Math.floor(value / FAINT))) };
}

/** Some of a sheet's ink as the classifiers take it. */
export function cropPiece(sheet: Sheet, piece: Piece): Crop {
  return { ...cropAround(piece, sheet.ink), place: drawPlace(sheet, piece) };
}
