/** Ink that printers, ribbons or bad scans have broken up by fine gaps, mended before anything looks for pieces. */

import constants from '../constants.json';
import { findComponents } from '../pixels/components';
import { closeBox } from '../pixels/morphology';
import { type Raster, boundingBox, cutOut, median, paste, threshold } from '../pixels/raster';

const { INK_THRESHOLD } = constants['ink.ink'];
const { CLOSED_SIDES_PX, MIN_BROKEN_PIECES, MIN_GROWTH, MIN_PIECES_JOINED } = constants['ink.mending'];

/** The shorter side of every piece. */
function shorterSides(ink: Raster): number[] {
  return findComponents(threshold(ink, INK_THRESHOLD), 8).parts.map(({ width, height }) => Math.min(width, height));
}

/** The ink with its gaps closed, by the smallest square that joins most pieces; as it was where none does. */
export function mendGaps(ink: Raster): Raster {
  const box = boundingBox(threshold(ink, INK_THRESHOLD));
  if (!box) return ink;
  const inked = cutOut(ink, box);
  const sides = shorterSides(inked);
  if (sides.length < MIN_BROKEN_PIECES) return ink;
  let best: Raster | null = null;
  for (const side of [...CLOSED_SIDES_PX].reverse()) {
    const closed = closeBox(inked, side);
    const joined = shorterSides(closed);
    if (MIN_PIECES_JOINED * joined.length > sides.length) break; // a smaller square joins no more
    if (median(joined) < MIN_GROWTH * median(sides)) break;
    best = closed;
  }
  if (!best) return ink;
  const mended = { ...ink, data: ink.data.slice() };
  paste(mended, best, box);
  return mended;
}
