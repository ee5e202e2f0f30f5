/** Ink in fragments, mended before anything looks for pieces: print with fine gaps, strokes of dashes, dots or specks. */

import constants from '../constants.json';
import { findComponents } from '../pixels/components';
import { closeBox } from '../pixels/morphology';
import { type Raster, boundingBox, cutOut, median, paste, threshold } from '../pixels/raster';
import { strokeWidth } from './ink';

const { INK_THRESHOLD } = constants['ink.ink'];
const {
  CLOSED_SIDES_PX, DASH_SIDES_PX, MAX_DASH_GAP, MAX_DASH_LENGTH, MAX_SPRAY_SIDE_PX, MIN_BROKEN_PIECES, MIN_DASHES_JOINED,
  MIN_DASH_GROWTH, MIN_DASH_PEN_PX, MIN_GROWTH, MIN_PIECES_JOINED,
} = constants['ink.mending'];

type Sides = readonly { readonly width: number; readonly height: number }[];

/** Width and height of every piece. */
function pieceSides(ink: Raster): Sides {
  return findComponents(threshold(ink, INK_THRESHOLD), 8).parts;
}

/** The ink with the gaps of broken print, or of dashed, dotted and sprayed strokes, closed; as it was without such. */
export function mendGaps(ink: Raster): Raster {
  const box = boundingBox(threshold(ink, INK_THRESHOLD));
  if (!box) return ink;
  const inked = cutOut(ink, box);
  const sides = pieceSides(inked);
  if (sides.length < MIN_BROKEN_PIECES) return ink;
  const best = mendPrint(inked, sides) ?? mendDashes(inked, sides);
  if (!best) return ink;
  const mended = { ...ink, data: ink.data.slice() };
  paste(mended, best, box);
  return mended;
}

/** Ink, of whose pieces these are the sides, closed by the smallest square that joins most; null where none does. */
function mendPrint(ink: Raster, sides: Sides): Raster | null {
  let best: Raster | null = null;
  for (const side of [...CLOSED_SIDES_PX].reverse()) {
    const closed = closeBox(ink, side);
    if (!areJoined(sides, pieceSides(closed), MIN_PIECES_JOINED, MIN_GROWTH)) break; // a smaller square joins no more
    best = closed;
  }
  return best;
}

/** As `mendPrint`, of strokes that were drawn as rows of dashes, dots or specks. */
function mendDashes(ink: Raster, sides: Sides): Raster | null {
  const pen = strokeWidth(ink);
  const longest = (pen >= MIN_DASH_PEN_PX ? MAX_DASH_LENGTH : 1) * pen;
  if (median(sides.map(({ width, height }) => Math.max(width, height))) > longest) return null;
  for (const side of DASH_SIDES_PX) {
    if (side > Math.max(MAX_SPRAY_SIDE_PX, MAX_DASH_GAP * pen)) break;
    const closed = closeBox(ink, side);
    if (areJoined(sides, pieceSides(closed), MIN_DASHES_JOINED, MIN_DASH_GROWTH)) return closed;
  }
  return null;
}

/** Whether pieces with the first sides have become that many times fewer, and larger across. */
function areJoined(sides: Sides, joined: Sides, pieces: number, growth: number): boolean {
  const across = (each: Sides): number => median(each.map(({ width, height }) => Math.min(width, height)));
  return sides.length >= pieces * joined.length && across(joined) >= growth * across(sides);
}
