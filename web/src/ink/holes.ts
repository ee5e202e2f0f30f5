/** Holes along the margin of paper that was in a binder: they are dark like ink, and are none. */

import constants from '../constants.json';
import { type Component, findComponents } from '../pixels/components';
import { dilateBox } from '../pixels/morphology';
import { type Box, type Raster, cutOut, median, roundEven, threshold, transpose } from '../pixels/raster';
import { LOCATING_THRESHOLD } from './ink';

const {
  MARGIN_SHARE, MAX_HOLE_SHARE, MAX_OFFSET, MAX_UNEVEN, MAX_UNLIKE, MIN_GAP, MIN_HOLES, MIN_HOLE_FILL,
  MIN_HOLE_PX, MIN_ROW_SHARE,
} = constants['ink.holes'];

/** Ink without evenly spaced round specks in a row along an edge. */
export function dropHoles(ink: Raster): Raster {
  const { width, height } = ink;
  const largest = MAX_HOLE_SHARE * Math.min(width, height);
  const [down, across] = [height, width].map((side) => Math.max(1, roundEven(MARGIN_SHARE * side))) as [number, number];
  const margins: readonly (readonly [Box, boolean])[] = [
    [[0, 0, across, height], false], [[width - across, 0, width, height], false],
    [[0, 0, width, down], true], [[0, height - down, width, height], true],
  ];
  let left = ink;
  for (const [box, isTurned] of margins) {
    const mask = threshold(cutOut(ink, box), LOCATING_THRESHOLD, 1);
    const found = findHoles(isTurned ? transpose(mask) : mask, largest);
    if (!found) continue;
    const holes = isTurned ? transpose(found) : found;
    left = left === ink ? { ...ink, data: ink.data.slice() } : left;
    for (let at = 0; at < holes.data.length; at++) {
      const place = (box[1] + Math.floor(at / holes.width)) * width + box[0] + (at % holes.width);
      if (holes.data[at]) left.data[place] = 0;
    }
  }
  return left;
}

const sizeOf = ({ width, height }: Component): number => Math.max(width, height);
const levelOf = ({ x, width }: Component): number => x + width / 2;
const placeOf = ({ y, height }: Component): number => y + height / 2;

/** The holes in the margin along the left or right edge, and what is right beside them; null without any. */
function findHoles(margin: Raster, largest: number): Raster | null {
  const { labels, parts } = findComponents(margin, 8);
  const round = parts.filter((part) => sizeOf(part) <= MAX_UNLIKE * Math.min(part.width, part.height) &&
    part.area >= MIN_HOLE_FILL * part.width * part.height && sizeOf(part) >= MIN_HOLE_PX && sizeOf(part) <= largest);
  if (round.length < MIN_HOLES) return null;
  const usual = median(round.map(sizeOf));
  const level = median(round.map(levelOf));
  const row = round
    .filter((part) => Math.max(sizeOf(part) / usual, usual / sizeOf(part)) <= MAX_UNLIKE)
    .filter((part) => Math.abs(levelOf(part) - level) <= MAX_OFFSET * usual)
    .sort((a, b) => placeOf(a) - placeOf(b));
  if (row.length < MIN_HOLES) return null;
  const gaps = row.slice(1).map((part, k) => placeOf(part) - placeOf(row[k]!));
  const reach = gaps.reduce((sum, each) => sum + each, 0);
  if (reach < MIN_ROW_SHARE * margin.height || Math.min(...gaps) < MIN_GAP * usual) return null;
  const gap = median(gaps);
  // One of them may be written over.
  if (gaps.some((each) => Math.abs(each / gap - roundEven(each / gap)) > MAX_UNEVEN)) return null;
  const numbers = new Set(row.map((part) => parts.indexOf(part) + 1));
  return dilateBox({ ...margin, data: Uint8Array.from(labels, (label) => (numbers.has(label) ? 1 : 0)) }, 3, 3);
}
