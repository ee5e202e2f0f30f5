/** Holes along the margin of paper that was in a binder: they are dark like ink, and are none. */

import constants from '../constants.json';
import { type Component, findComponents } from '../pixels/components';
import { dilateBox } from '../pixels/morphology';
import { type Box, type Raster, cutOut, median, roundEven, threshold, transpose } from '../pixels/raster';
import { LOCATING_THRESHOLD, strokeWidth } from './ink';

const {
  MARGIN_SHARE, MAX_HOLE_SHARE, MAX_OFFSET, MAX_PAIR_UNLIKE, MAX_UNEVEN, MAX_UNLIKE, MIN_GAP, MIN_HOLES, MIN_HOLE_FILL,
  MIN_HOLE_PX, MIN_PAIR_GAP, MIN_ROW_SHARE, PAIR_PENS, PAIR_SHARE,
} = constants['ink.holes'];

/** Ink without evenly spaced round specks in a row along an edge, or two holes for a folder. */
export function dropHoles(ink: Raster): Raster {
  const { width, height } = ink;
  const short = Math.min(width, height);
  const sizes = [MAX_HOLE_SHARE * short, PAIR_PENS * strokeWidth(ink), PAIR_SHARE * short] as const;
  const [down, across] = [height, width].map((side) => Math.max(1, roundEven(MARGIN_SHARE * side))) as [number, number];
  const margins: readonly (readonly [Box, boolean])[] = [
    [[0, 0, across, height], false], [[width - across, 0, width, height], false],
    [[0, 0, width, down], true], [[0, height - down, width, height], true],
  ];
  let left = ink;
  for (const [box, isTurned] of margins) {
    const mask = threshold(cutOut(ink, box), LOCATING_THRESHOLD, 1);
    const found = findHoles(isTurned ? transpose(mask) : mask, sizes);
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

/** Which of some round specks, given from the top, are evenly spaced holes; null without such a row. */
function findRow(round: readonly Component[], length: number): readonly Component[] | null {
  if (round.length < MIN_HOLES) return null;
  const usual = median(round.map(sizeOf));
  const level = median(round.map(levelOf));
  const row = round
    .filter((part) => Math.max(sizeOf(part) / usual, usual / sizeOf(part)) <= MAX_UNLIKE)
    .filter((part) => Math.abs(levelOf(part) - level) <= MAX_OFFSET * usual);
  if (row.length < MIN_HOLES) return null;
  const gaps = row.slice(1).map((part, k) => placeOf(part) - placeOf(row[k]!));
  const reach = gaps.reduce((sum, each) => sum + each, 0);
  if (reach < MIN_ROW_SHARE * length || Math.min(...gaps) < MIN_GAP * usual) return null;
  const gap = median(gaps);
  // Unless one of them is written over.
  return gaps.some((each) => Math.abs(each / gap - roundEven(each / gap)) > MAX_UNEVEN) ? null : row;
}

/** As `findRow`, of two large holes far from each other, and no third. */
function findPair(round: readonly Component[], length: number): readonly Component[] | null {
  const [one, other] = round;
  if (round.length !== 2 || !one || !other) return null;
  const [small, large] = [sizeOf(one), sizeOf(other)].sort((a, b) => a - b) as [number, number];
  const isAlike = large <= MAX_PAIR_UNLIKE * small && Math.abs(levelOf(other) - levelOf(one)) <= MAX_OFFSET * small;
  return isAlike && placeOf(other) - placeOf(one) >= MIN_PAIR_GAP * length ? round : null;
}

/**
 * The holes in the margin along the left or right edge, and what is right beside them; null without any.
 *
 * @param sizes of a hole of a row at most, and of one of two at least and at most.
 */
function findHoles(margin: Raster, [largest, leastOfTwo, largestOfTwo]: readonly [number, number, number]): Raster | null {
  const { labels, parts } = findComponents(margin, 8);
  const round = parts
    .filter((part) => sizeOf(part) <= MAX_UNLIKE * Math.min(part.width, part.height) &&
      part.area >= MIN_HOLE_FILL * part.width * part.height)
    .sort((a, b) => placeOf(a) - placeOf(b));
  const within = (least: number, most: number): Component[] => round.filter((part) => sizeOf(part) >= least && sizeOf(part) <= most);
  const found = findRow(within(MIN_HOLE_PX, largest), margin.height) ?? findPair(within(leastOfTwo, largestOfTwo), margin.height);
  if (!found) return null;
  const numbers = new Set(found.map((part) => parts.indexOf(part) + 1));
  return dilateBox({ ...margin, data: Uint8Array.from(labels, (label) => (numbers.has(label) ? 1 : 0)) }, 3, 3);
}
