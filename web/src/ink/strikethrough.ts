/** Which straight lines strike writing through: it is read as if they were not there. */

import constants from '../constants.json';
import { type Raster, clamp, roundEven } from '../pixels/raster';
import { type Line, findRuns, lineLength, lineRow } from './lines';

const {
  MIN_ALONE_SHARE, MIN_STRUCK, MIN_STRUCK_ASPECT, MIN_STRUCK_HEIGHT, MIN_STRUCK_SHARE, MIN_WIDE_SHARE,
} = constants['ink.strikethrough'];

/**
 * Whether a line that is much longer than what hangs together with it is high runs through the middle of several
 * symbols and past the first and the last.
 *
 * @param rest the ink without such lines, a mask of zeros and ones.
 */
export function isStrikethrough(line: Line, { width, height, data }: Raster): boolean {
  const ends = [lineRow(line, line.start), lineRow(line, line.end)];
  const top = Math.max(0, roundEven(Math.min(...ends)) - line.body);
  const bottom = Math.min(height, roundEven(Math.max(...ends)) + line.body + 1);
  const long = lineLength(line);
  const isInked = (x: number, y: number): boolean => data[y * width + line.start + x]! > 0;
  const allRows = Array.from({ length: bottom - top }, (_, k) => top + k);
  const runs = findRuns(Array.from({ length: long }, (_, x) => allRows.some((y) => isInked(x, y))));
  // What is struck hangs together with it.
  if (!runs.length || line.body < 2 * MIN_STRUCK_HEIGHT * line.thickness) return false;
  const past = [runs[0]![0], long - runs.at(-1)![1]];
  const alone = long - runs.reduce((sum, [left, right]) => sum + right - left, 0);
  if (Math.min(...past) === 0 || Math.max(...past) <= line.thickness || alone < MIN_ALONE_SHARE * long) return false;
  const aspects: number[] = [];
  for (const [left, right] of runs) {
    const columns = Array.from({ length: right - left }, (_, k) => left + k);
    const rows = allRows.map((y) => columns.some((x) => isInked(x, y)));
    const at = clamp(roundEven(lineRow(line, line.start + (left + right) / 2)) - top, 0, rows.length);
    // A bar between two lines of writing has ink on both sides, too, but not close to it.
    const [above, below] = [reach(rows.slice(0, at).reverse(), line.thickness + 2), reach(rows.slice(at), line.thickness + 2)];
    const tall = above + below;
    if (Math.min(above, below) < Math.max(MIN_STRUCK_SHARE * tall, MIN_STRUCK_HEIGHT * line.thickness)) continue;
    const own = allRows.slice(at - above, at + below);
    aspects.push(columns.filter((x) => own.some((y) => isInked(x, y))).length / tall);
  }
  const wide = aspects.filter((aspect) => aspect >= MIN_STRUCK_ASPECT).length;
  return aspects.length >= MIN_STRUCK && wide >= MIN_WIDE_SHARE * runs.length;
}

/** How many rows from a line outwards hold what begins near to it; 0 where nothing does. */
function reach(rows: readonly boolean[], near: number): number {
  const [first] = findRuns(rows);
  return first && first[0] <= near ? first[1] : 0;
}
