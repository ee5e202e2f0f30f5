/** Ink in fragments, mended before anything looks for pieces: print with fine gaps, strokes of dashes, dots or specks. */

import constants from '../constants.json';
import { findComponents } from '../pixels/components';
import { closeBox, closeDiagonal } from '../pixels/morphology';
import { type Raster, boundingBox, cutOut, darkest, median, pad, paste, threshold } from '../pixels/raster';
import { strokeWidth } from './ink';

const { INK_THRESHOLD } = constants['ink.ink'];
const {
  CLOSED_SIDES_PX, DASH_SIDES_PX, MAX_DASH_AREA, MAX_DASH_GAP, MAX_DASH_LENGTH, MAX_SPRAY_SIDE_PX, MIN_BROKEN_PIECES, MIN_DASHED_SHARE, MIN_DASHES_JOINED,
  MIN_DASH_GROWTH, MIN_DASH_PEN_PX, MIN_GROWTH, MIN_PIECES_JOINED,
} = constants['ink.mending'];

type Pieces = readonly { readonly width: number; readonly height: number; readonly area: number }[];

/** Width, height and area of every piece. */
function measurePieces(ink: Raster): Pieces {
  return findComponents(threshold(ink, INK_THRESHOLD), 8).parts;
}

/** The ink with the gaps of broken print, or of dashed, dotted and sprayed strokes, closed; as it was without such. */
export function mendGaps(ink: Raster): Raster {
  const box = boundingBox(threshold(ink, INK_THRESHOLD));
  if (!box) return ink;
  const inked = cutOut(ink, box);
  const pieces = measurePieces(inked);
  if (pieces.length < MIN_BROKEN_PIECES) return ink;
  const best = mendPrint(inked, pieces) ?? mendDashes(inked, pieces);
  if (!best) return ink;
  const mended = { ...ink, data: ink.data.slice() };
  paste(mended, best, box);
  return mended;
}

/** Ink, which consists of these pieces, closed by the smallest square that joins most; null where none does. */
function mendPrint(ink: Raster, pieces: Pieces): Raster | null {
  let best: Raster | null = null;
  for (const side of [...CLOSED_SIDES_PX].reverse()) {
    const closed = closeBox(ink, side);
    if (!areJoined(pieces, measurePieces(closed), MIN_PIECES_JOINED, MIN_GROWTH)) break; // a smaller square joins no more
    best = closed;
  }
  return best;
}

/** As `mendPrint`, of strokes that were drawn as rows of dashes, dots or specks. */
function mendDashes(ink: Raster, pieces: Pieces): Raster | null {
  const pen = strokeWidth(ink);
  const longest = (pen >= MIN_DASH_PEN_PX ? MAX_DASH_LENGTH : 1) * pen;
  if (median(pieces.map(({ width, height }) => Math.max(width, height))) > longest) return null;
  const inked = (each: Pieces): number => each.reduce((sum, { area }) => sum + area, 0);
  const short = pieces.filter(({ width, height }) => Math.max(width, height) <= longest);
  if (pen >= MIN_DASH_PEN_PX && inked(short) < MIN_DASHED_SHARE * inked(pieces)) return null;
  if (median(pieces.map(({ width, height, area }) => area / Math.hypot(width, height))) > MAX_DASH_AREA * pen) return null;
  for (const side of DASH_SIDES_PX) {
    if (side > Math.max(MAX_SPRAY_SIDE_PX, MAX_DASH_GAP * pen)) break;
    const closed = closeAllWays(ink, side);
    if (areJoined(pieces, measurePieces(closed), MIN_DASHES_JOINED, MIN_DASH_GROWTH)) return closed;
  }
  return null;
}

/** Ink closed by a square and by its diagonals: a square alone bridges no gap between the ends of slanted dashes. */
function closeAllWays(ink: Raster, side: number): Raster {
  const padded = pad(ink, [side, side, side, side]); // or whatever is near the edge would be closed with it
  const slanted = darkest(closeDiagonal(padded, side, 1), closeDiagonal(padded, side, -1));
  return cutOut(darkest(closeBox(padded, side), slanted), [side, side, side + ink.width, side + ink.height]);
}

/** Whether pieces have become so many times fewer, and so many times larger across. */
function areJoined(pieces: Pieces, joined: Pieces, fewer: number, growth: number): boolean {
  const across = (each: Pieces): number => median(each.map(({ width, height }) => Math.min(width, height)));
  return pieces.length >= fewer * joined.length && across(joined) >= growth * across(pieces);
}
