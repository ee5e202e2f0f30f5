/** Which pieces of a sheet are near one another. */

import constants from '../../constants.json';
import { quantile } from '../../pixels/raster';
import { type Piece, pieceBox, pieceSize } from './pieces';

export const { MAX_SPECK_SIZE } = constants['detectors.segmentation.neighbours'];
const { MAX_COLON_GAP, MAX_DOT_GAP } = constants['detectors.segmentation.neighbours'];

/** Indices of pieces, or of the parts of one that was cut. */
export type Group = readonly number[];

/** Gaps across and down between the boxes of two pieces; 0 where they overlap. */
function gapsBetween(a: Piece, b: Piece): [number, number] {
  const [ax1, ay1, ax2, ay2] = pieceBox(a);
  const [bx1, by1, bx2, by2] = pieceBox(b);
  return [Math.max(0, ax1 - bx2, bx1 - ax2), Math.max(0, ay1 - by2, by1 - ay2)];
}

/** What most pieces of a sheet are as large as, by the longer sides of all. */
export function usualSize(sizes: readonly number[]): number {
  return sizes.length ? quantile(sizes, 0.75) : 0;
}

/**
 * Which pieces are neighbours of each: the gap is small against the larger one's size, by an ellipse across and down.
 *
 * Above one another more may belong together: two dots are a colon, two bars an equals sign, a dot ends a question.
 */
export function findNeighbours(pieces: readonly Piece[], reach: readonly number[], usual: number): boolean[][] {
  const isLow = (piece: Piece): boolean => piece.ink.height < MAX_SPECK_SIZE * usual;
  const isSpeck = (piece: Piece): boolean => pieceSize(piece) < MAX_SPECK_SIZE * usual;
  return pieces.map((a) => pieces.map((b) => {
    if (a === b) return false;
    const [across, down] = gapsBetween(a, b);
    if (Math.hypot(across / reach[0]!, down / reach[1]!) <= Math.max(pieceSize(a), pieceSize(b))) return true;
    const most = isLow(a) && isLow(b) ? MAX_COLON_GAP : isSpeck(a) || isSpeck(b) ? MAX_DOT_GAP : 0;
    return across === 0 && down <= most * usual;
  }));
}

/** The connected neighbourhoods, each as sorted indices. */
export function findClusters(near: readonly (readonly boolean[])[]): Group[] {
  const left = new Set(near.keys());
  const found: Group[] = [];
  for (const start of near.keys()) {
    if (!left.has(start)) continue;
    const seen = new Set<number>();
    const waiting = [start];
    while (waiting.length) {
      const k = waiting.pop()!;
      if (seen.has(k)) continue;
      seen.add(k);
      left.delete(k);
      near[k]!.forEach((is, j) => is && !seen.has(j) && waiting.push(j));
    }
    found.push([...seen].sort((a, b) => a - b));
  }
  return found;
}
