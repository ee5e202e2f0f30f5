/** Ink -> pieces: what hangs together on the sheet. */

import constants from '../../constants.json';
import { INK_THRESHOLD, inkWindow, strokeWidth } from '../../ink/ink';
import type { Sheet } from '../../ink/sheet';
import { findComponents } from '../../pixels/components';
import { closeBox } from '../../pixels/morphology';
import { type Box, type Raster, bytes, pad, threshold } from '../../pixels/raster';

const { CROP_CONTENT_PX, CROP_SIDE_PX } = constants['models.classes'];
const { MAX_PIECES, MAX_PIECE_PIXELS, MIN_INNER_HEIGHT } = constants['detectors.segmentation.pieces'];

/** Some of the sheet's ink. */
export interface Piece {
  /** Left and top edge in pixels of the ink. */
  readonly x: number;
  readonly y: number;
  /** 0 where the ink belongs to something else. */
  readonly ink: Raster;
}

export function pieceBox({ x, y, ink }: Piece): Box {
  return [x, y, x + ink.width, y + ink.height];
}

/** The longer side in pixels. */
export function pieceSize({ ink }: Piece): number {
  return Math.max(ink.width, ink.height);
}

/** A piece and the other ink around it, both of the same size; the piece alone where there is none. */
export function cropAround(piece: Piece, ink: Raster): { ink: Raster; around: Raster | null } {
  const { width, height } = piece.ink;
  // What the classifiers' square shows, and a little more.
  const side = Math.floor((Math.max(height, width) * CROP_SIDE_PX) / CROP_CONTENT_PX) + 4;
  const [across, down] = [Math.floor((side - width + 1) / 2), Math.floor((side - height + 1) / 2)];
  const [left, top] = [piece.x - across, piece.y - down];
  const around = threshold(inkWindow(ink, [left, top, left + width + 2 * across, top + height + 2 * down]), INK_THRESHOLD);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (piece.ink.data[y * width + x]) around.data[(y + down) * around.width + x + across] = 0;
  if (!around.data.some((value) => value > 0)) return { ink: piece.ink, around: null };
  return { ink: pad(piece.ink, [across, down, across, down]), around };
}

/** One piece of all the ink of several. */
export function joinPieces(pieces: readonly Piece[]): Piece {
  if (pieces.length === 1) return pieces[0]!;
  const boxes = pieces.map(pieceBox);
  const [x, y] = [Math.min(...boxes.map((box) => box[0])), Math.min(...boxes.map((box) => box[1]))];
  const ink = bytes(Math.max(...boxes.map((box) => box[2])) - x, Math.max(...boxes.map((box) => box[3])) - y);
  for (const piece of pieces)
    for (let row = 0, from = 0; row < piece.ink.height; row++)
      for (let column = 0; column < piece.ink.width; column++, from++) {
        const to = (piece.y - y + row) * ink.width + piece.x - x + column;
        ink.data[to] = Math.max(ink.data[to]!, piece.ink.data[from]!);
      }
  return { x, y, ink };
}

/** Distance of the bounding boxes in pixels; 0 where they meet or overlap. */
export function boxGap(a: Piece, b: Piece): number {
  const [ax1, ay1, ax2, ay2] = pieceBox(a);
  const [bx1, by1, bx2, by2] = pieceBox(b);
  return Math.hypot(Math.max(bx1 - ax2, ax1 - bx2, 0), Math.max(by1 - ay2, ay1 - by2, 0));
}

/** Rough width of a sheet's strokes, in pixels of its ink. */
export function measurePen(sheet: Sheet): number {
  return sheet.step('pen', () => strokeWidth(sheet.ink));
}

/** The pieces of a sheet, from left to right. */
export function sheetPieces(sheet: Sheet): Piece[] {
  return keptPieces(sheet).pieces;
}

/** Whether these are all there are; a sheet may have too many, or too large ones. */
export function hasAllPieces(sheet: Sheet): boolean {
  return keptPieces(sheet).areAll;
}

function keptPieces(sheet: Sheet): { pieces: Piece[]; areAll: boolean } {
  return sheet.step('pieces', () => findPieces(sheet.ink, measurePen(sheet)));
}

/**
 * The connected ink, with everything small inside its bounds, from left to right.
 *
 * A small drawing within the bounds of another belongs to it (the eyes of a face, a dot in a zero), and specks far
 * smaller than the pen are left out.
 */
function findPieces(ink: Raster, pen: number): { pieces: Piece[]; areAll: boolean } {
  let mask = threshold(ink, INK_THRESHOLD);
  // Thin faint strokes fall apart into dots at one threshold: close gaps of a pixel first.
  if (pen < 3) mask = closeBox(mask, 3);
  const { labels, parts } = findComponents(mask, 8);
  const least = Math.max(4, 0.2 * pen * pen);
  const found = parts.map((part, k) => ({ ...part, label: k + 1 })).filter(({ area }) => area >= least);
  let pixels = 0;
  const chosen = found
    .slice()
    .sort((a, b) => a.width * a.height - b.width * b.height)
    .slice(-MAX_PIECES)
    .filter(({ width, height }) => (pixels += Math.max(width, height) ** 2) <= MAX_PIECE_PIXELS);
  const pieces = chosen.map(({ x, y, width, height, label }) => {
    const own = bytes(width, height);
    for (let row = 0, to = 0; row < height; row++)
      for (let column = 0; column < width; column++, to++) {
        const from = (y + row) * ink.width + x + column;
        if (labels[from] === label) own.data[to] = ink.data[from]!;
      }
    return { x, y, ink: own };
  });
  return { pieces: absorb(pieces).sort((a, b) => a.x - b.x), areAll: chosen.length === found.length };
}

/** Whether one piece's box lies (almost) within another's, far less tall. */
function liesWithin(inner: Piece, outer: Piece): boolean {
  const [ax1, ay1, ax2, ay2] = pieceBox(inner);
  const [bx1, by1, bx2, by2] = pieceBox(outer);
  const overlap = Math.max(0, Math.min(ax2, bx2) - Math.max(ax1, bx1)) * Math.max(0, Math.min(ay2, by2) - Math.max(ay1, by1));
  return overlap >= 0.85 * inner.ink.data.length && ay2 - ay1 < MIN_INNER_HEIGHT * (by2 - by1);
}

/** Pieces whose box lies (almost) within a larger one's are joined to it, unless they may stand for themselves. */
function absorb(pieces: readonly Piece[]): Piece[] {
  const area = (piece: Piece): number => piece.ink.data.length;
  const home = pieces.map((piece) => {
    const larger = pieces.filter((other) => area(other) > area(piece) && liesWithin(piece, other));
    return larger.length ? larger.reduce((least, other) => (area(other) < area(least) ? other : least)) : piece;
  });
  const groups = new Map<Piece, Piece[]>();
  for (const piece of pieces) {
    let root = piece;
    for (let next = home[pieces.indexOf(root)]!; next !== root; next = home[pieces.indexOf(root)]!) root = next;
    groups.set(root, [...(groups.get(root) ?? []), piece]);
  }
  return [...groups.values()].map(joinPieces);
}
