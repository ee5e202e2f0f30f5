/** Ink that printers, ribbons or bad scans have broken up by fine gaps, mended before anything looks for pieces. */

import constants from '../constants.json';
import { findComponents } from '../pixels/components';
import { closeBox } from '../pixels/morphology';
import { type Raster, boundingBox, cutOut, paste, threshold } from '../pixels/raster';

const { INK_THRESHOLD } = constants['ink.ink'];
const { CLOSED_SIDES_PX, MIN_BROKEN_PIECES, MIN_PIECES_JOINED } = constants['ink.mending'];

function countPieces(ink: Raster): number {
  return findComponents(threshold(ink, INK_THRESHOLD), 8).parts.length;
}

/** The ink with its gaps closed, by the smallest square that joins most pieces; as it was where none does. */
export function mendGaps(ink: Raster): Raster {
  const box = boundingBox(threshold(ink, INK_THRESHOLD));
  if (!box) return ink;
  const inked = cutOut(ink, box);
  const pieces = countPieces(inked);
  if (pieces < MIN_BROKEN_PIECES) return ink;
  let best: Raster | null = null;
  for (const side of [...CLOSED_SIDES_PX].reverse()) {
    const closed = closeBox(inked, side);
    if (MIN_PIECES_JOINED * countPieces(closed) > pieces) break; // a smaller square joins no more
    best = closed;
  }
  if (!best) return ink;
  const mended = { ...ink, data: ink.data.slice() };
  paste(mended, best, box);
  return mended;
}
