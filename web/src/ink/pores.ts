/** Pores in the ink of chalk, crayons and dry markers: paper that shines through their strokes. */

import constants from '../constants.json';
import { findComponents } from '../pixels/components';
import { closeBox, closeEllipse } from '../pixels/morphology';
import { type Raster, boundingBox, cutOut, mapPixels, pad, roundEven, threshold } from '../pixels/raster';
import { INK_THRESHOLD, strokeWidth } from './ink';

const { CLOSED_STROKES, ESTIMATE_SIDE_PX, MAX_CLOSED_PX, MAX_PORE_STROKES, MIN_PORES, MIN_PORES_PER_PIECE } = constants['ink.pores'];

/** The ink with its pores closed; as it was without pores. */
export function fillPores(ink: Raster): Raster {
  const inked = threshold(ink, INK_THRESHOLD);
  const box = boundingBox(inked);
  if (!box) return ink;
  const around = pad(cutOut(inked, box), [ESTIMATE_SIDE_PX, ESTIMATE_SIDE_PX, ESTIMATE_SIDE_PX, ESTIMATE_SIDE_PX]);
  const solid = closeBox(around, ESTIMATE_SIDE_PX);
  const stroke = strokeWidth(solid);
  const holes = findComponents(mapPixels(around, (value) => 255 - value), 4).parts;
  const pores = holes.filter(({ area }) => area <= (MAX_PORE_STROKES * stroke) ** 2).length;
  if (pores < Math.max(MIN_PORES, MIN_PORES_PER_PIECE * findComponents(solid, 8).parts.length)) return ink;
  const side = Math.min(Math.max(3, roundEven(CLOSED_STROKES * stroke)) | 1, MAX_CLOSED_PX);
  // Beyond the edge lies paper, or whatever is near it would be closed with the edge.
  const closed = closeEllipse(pad(ink, [side, side, side, side]), side);
  return cutOut(closed, [side, side, side + ink.width, side + ink.height]);
}
