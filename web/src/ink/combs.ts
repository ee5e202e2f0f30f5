/** Combs, in which forms ask for numbers: a level line to write on, with upright teeth between the digits. */

import constants from '../constants.json';
import { type Component } from '../pixels/components';
import { dilateBox } from '../pixels/morphology';
import { type Box, type Raster, clamp, median, roundEven } from '../pixels/raster';
import { type Line, findRuns, lineLength, lineRow } from './lines';

const {
  MAX_TOOTH_DIFFERENCE, MIN_COMB_ASPECT, MIN_COMB_SHARE, MIN_DIGIT_SHARE, MIN_FOOT_SHARE, MIN_LEVEL_SHARE, MIN_RISE_PX, MIN_TEETH, MIN_TEETH_BETWEEN,
  NEAR_PX,
} = constants['ink.combs'];

/** Column of an upright line's foot. */
function footOf(tooth: Line): number {
  return lineRow(tooth, tooth.end);
}

/** The thin strokes that rise straight from a level line, as upright lines; `grown` is the ink, a pixel wider on all sides. */
function risingFrom(line: Line, { width, height, data }: Raster): Line[] {
  const first = Math.max(0, line.start - NEAR_PX);
  const columns = Array.from({ length: Math.min(width, line.end + NEAR_PX + 1) - first }, (_, k) => first + k);
  const feet = columns.map((x) => clamp(roundEven(lineRow(line, x)), 0, height - 1));
  const most = Math.min(Math.max(...feet) + 1, lineLength(line));
  const tall = columns.map((column, k) => {
    for (let rise = 0; rise < most; rise++) {
      const [x, y] = [roundEven(column + line.slope * rise), feet[k]! - rise];
      if (y < 0 || x < 0 || x >= width || !data[y * width + x]) return rise;
    }
    return most;
  });
  return findRuns(tall.map((rise) => rise > line.thickness + MIN_RISE_PX)).flatMap(([from, to]) => {
    if (to - from > 2 * line.thickness + 3) return []; // a digit that stands on the line, or crosses it
    const middle = (from + to - 1) >> 1;
    const rise = Math.max(...tall.slice(from, to));
    const [foot, at] = [feet[middle]!, columns[middle]! + line.slope * (rise - 1)];
    return [{ start: foot - rise + 1, end: foot, at, slope: -line.slope, thickness: Math.max(1, to - from - 2), body: 0 }];
  });
}

/** Whether nothing goes on above a tooth, and beyond the ends of its line even further off: the sides of a ring do. */
function endsFree(tooth: Line, line: Line, { width, data }: Raster): boolean {
  const x = roundEven(tooth.at);
  const near = Math.max(NEAR_PX, tooth.thickness + 1);
  const [left, right] = [line.start, line.end].map((end) => (Math.abs(x - end) <= near ? 3 * near : near)) as [number, number];
  for (let row = Math.max(0, tooth.start - 2 * near); row < Math.max(0, tooth.start - 1); row++)
    for (let column = Math.max(0, x - left); column <= Math.min(width - 1, x + right); column++)
      if (data[row * width + column]) return false;
  return true;
}

/** The teeth of a level line, equally high, as upright lines; none where it is no comb. */
function findTeeth(line: Line, grown: Raster, mask: Raster): Line[] {
  const near = NEAR_PX + line.thickness;
  const ends = [line.start, line.end];
  const isAt = (tooth: Line, end: number): boolean => Math.abs(footOf(tooth) - end) <= near;
  const rising = risingFrom(line, grown);
  if (!rising.length) return [];
  const outer = rising.filter((tooth) => ends.some((end) => isAt(tooth, end)));
  const tall = median((outer.length ? outer : rising).map(lineLength));
  const teeth = rising.filter((tooth) => Math.abs(lineLength(tooth) - tall) <= NEAR_PX + MAX_TOOTH_DIFFERENCE * tall);
  // The edge of the drawing may have cut off an end, or both; elsewhere a tooth stands there.
  const closed = ends.map((end) => teeth.some((tooth) => isAt(tooth, end)));
  const isWhole = ends.every((end, k) => closed[k] || Math.min(end, mask.width - 1 - end) <= near);
  const needed = closed.some(Boolean) ? MIN_TEETH : MIN_TEETH_BETWEEN;
  const free = teeth.filter((tooth) => endsFree(tooth, line, mask)).length;
  return isWhole && tall < lineLength(line) && free >= needed ? teeth : [];
}

/** Whether a level line is as even as no hand draws it. */
function isRuled(line: Line, { width, height, data }: Raster): boolean {
  const [top, near] = [roundEven(line.at), NEAR_PX + line.thickness];
  const [first, last] = [Math.max(0, top - near), Math.min(height - 1, top + near)];
  const lowest = Array.from({ length: lineLength(line) }, (_, k) => {
    let row = last;
    while (row >= first && !data[row * width + line.start + k]) row--;
    return row < first ? last : row;
  });
  const usual = median(lowest);
  return lowest.filter((row) => row === usual).length >= MIN_LEVEL_SHARE * lowest.length;
}

/** Whether on a level line stands connected ink, given by its boxes, no further from it than teeth rise. */
function carriesWriting(line: Line, tall: number, free: readonly Box[]): boolean {
  return free.some(([x1, y1, x2, y2]) => {
    const away = lineRow(line, (x1 + x2) / 2) - y2;
    return x1 > line.start && x2 <= line.end && away > 0 && away < tall && y2 - y1 >= MIN_DIGIT_SHARE * tall;
  });
}

/**
 * The level lines that are combs, and all their teeth.
 *
 * @param free boxes of the connected ink: between the teeth stands some that does not touch them.
 * @param mask the ink, zeros and ones.
 * @param isDrawn the drawing is no photograph: only what a program has ruled is a comb, no window and no number line.
 */
export function findCombs(level: readonly Line[], free: readonly Box[], mask: Raster, isDrawn: boolean): [Line[], Line[]] {
  const combs: [Line[], Line[]] = [[], []];
  const least = MIN_COMB_SHARE * Math.min(mask.width, mask.height);
  const grown = dilateBox(mask, 3, 3);
  for (const line of level) {
    if (lineLength(line) < Math.max(least, MIN_COMB_ASPECT * line.thickness) || (isDrawn && !isRuled(line, mask))) continue;
    const teeth = findTeeth(line, grown, mask);
    if (!teeth.length || !carriesWriting(line, lineLength(teeth[0]!), free)) continue;
    combs[0].push(line);
    combs[1].push(...teeth);
  }
  return combs;
}

/** Whether some connected ink, one of `parts`, has a level foot, and other ink over it. */
export function mayHoldComb({ width, height, data }: Raster, parts: readonly Component[]): boolean {
  const least = MIN_COMB_SHARE * Math.min(width, height);
  return parts.some((part) => {
    const isOver = (other: Component): boolean =>
      other.x > part.x && other.x + other.width < part.x + part.width && other.y < part.y + part.height;
    if (part.width < least || !parts.some(isOver)) return false;
    const [top, bottom] = [Math.max(part.y, part.y + part.height - 2 * NEAR_PX), part.y + part.height];
    let inked = 0;
    for (let x = part.x; x < part.x + part.width; x++) {
      let y = top;
      while (y < bottom && !data[y * width + x]) y++;
      inked += Number(y < bottom);
    }
    return inked / part.width >= MIN_FOOT_SHARE;
  });
}
