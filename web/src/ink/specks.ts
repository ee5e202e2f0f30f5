/** Specks all over a sheet: the points of dotted paper, or dust on a scan. */

import constants from '../constants.json';
import { findComponents } from '../pixels/components';
import { dilateBox } from '../pixels/morphology';
import { type Raster, median, roundEven, threshold } from '../pixels/raster';
import { LOCATING_THRESHOLD } from './ink';

const {
  CELLS, MAX_SPECK_SHARE, MAX_UNLIKE, MIN_CELL_SHARE, MIN_EVENNESS, MIN_SPECKS, MIN_SPECK_PX, MIN_STROKE_SPECKS,
} = constants['ink.specks'];

/** Ink without specks that are all over it; itself where none are, or nothing else is. */
export function dropSpecks(ink: Raster): Raster {
  const { width, height } = ink;
  const { labels, parts } = findComponents(threshold(ink, LOCATING_THRESHOLD, 1), 8);
  if (parts.length < MIN_SPECKS) return ink;
  const largest = Math.max(MIN_SPECK_PX, roundEven(MAX_SPECK_SHARE * Math.min(width, height)));
  const small = parts.filter((part) => Math.max(part.width, part.height) <= largest);
  // Points that are written are larger.
  const most = small.length ? MAX_UNLIKE * median(small.map(({ area }) => area)) : 0;
  const specks = new Set(small.filter(({ area }) => area <= most));
  const longest = Math.max(...parts.map((part) => Math.max(part.width, part.height)));
  if (specks.size < MIN_SPECKS || longest < MIN_STROKE_SPECKS * largest) return ink;
  const held = new Array<number>(CELLS ** 2).fill(0);
  for (const { x, y, width: wide, height: high } of specks)
    held[CELLS * Math.floor(((y + high / 2) * CELLS) / height) + Math.floor(((x + wide / 2) * CELLS) / width)]!++;
  const least = (MIN_EVENNESS * specks.size) / CELLS ** 2;
  if (held.filter((count) => count >= least).length < MIN_CELL_SHARE * CELLS ** 2) return ink;
  const isSpeck = parts.map((part) => specks.has(part));
  const painted = dilateBox({ ...ink, data: Uint8Array.from(labels, (label) => Number(label > 0 && isSpeck[label - 1])) }, 3, 3);
  return { ...ink, data: ink.data.map((value, at) => (painted.data[at] ? 0 : value)) };
}
