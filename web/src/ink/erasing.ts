/** Ink without rulings, frames, boxes and underlines. */

import constants from '../constants.json';
import { findComponents } from '../pixels/components';
import { dilateBox } from '../pixels/morphology';
import { type Raster, bytes, clamp, cutOut, mapPixels, pad, quantile, roundEven, transpose } from '../pixels/raster';
import { poolInk } from './ink';
import { type Line, lineRow } from './lines';
import { chooseLines } from './rulings';

const { LINE_LEVEL, LINE_SIDE, MAX_REMAIN_SHARE } = constants['ink.erasing'];
const { MAX_THICKNESS_SHARE } = constants['ink.rulings'];

/** Ink of one column around a line: where it starts, the run of ink nearest to the line, and how far that is. */
interface Column {
  readonly start: number; // row of the first pixel of the strip, in the padded ink
  readonly first: number; // of the run, in the strip
  readonly thick: number; // pixels of the run; 0 without ink
  readonly away: number; // pixels between the line's middle and the run
}

function columnRun(strip: readonly number[], reach: number, start: number): Column {
  const inked = (k: number): boolean => (strip[k] ?? 0) >= LINE_LEVEL;
  let near = -1;
  for (let away = 0; away <= reach && near < 0; away++) near = inked(reach - away) ? reach - away : inked(reach + away) ? reach + away : -1;
  if (near < 0) return { start, first: 0, thick: 0, away: reach };
  let [first, end] = [near, near + 1];
  while (inked(first - 1)) first--;
  while (inked(end)) end++;
  return { start, first, thick: end - first, away: Math.abs(near - reach) };
}

/** Takes the run nearest to a line out of each column where it is as thin as the line. */
function eraseLine(padded: Raster, line: Line, factor: number, reach: number): void {
  const { width } = padded;
  const height = padded.height - 2 * reach;
  const left = Math.max(0, (line.start - 1) * factor);
  const right = Math.min(width, (line.end + 2) * factor);
  const columns = Array.from({ length: Math.max(0, right - left) }, (_, k) => {
    const middle = (lineRow(line, (left + k + 0.5) / factor - 0.5) + 0.5) * factor;
    const start = clamp(roundEven(middle), 0, height - 1);
    const strip = Array.from({ length: 2 * reach + 1 }, (_, row) => padded.data[(start + row) * width + left + k]!);
    return columnRun(strip, reach, start);
  });
  const thicks = columns.map(({ thick }) => thick).filter((thick) => thick > 0);
  if (!thicks.length) return;
  // Of strokes on it a line is the thinner part; where it is faint, only they are seen in most columns.
  const usual = Math.min(quantile(thicks, 0.3), (line.thickness + 0.5) * factor);
  columns.forEach(({ start, first, thick, away }, k) => {
    if (!thick || thick > 1.5 * usual + 1 || away > 1.5 * factor + usual) return;
    // With the fringe of two pixels on either side.
    for (let row = Math.max(0, first - 2); row < Math.min(2 * reach + 1, first + thick + 2); row++)
      padded.data[(start + row) * width + left + k] = 0;
  });
}

/** The ink without some level lines; strokes that cross a line keep their ink on it. */
function eraseFrom(ink: Raster, lines: readonly Line[], factor: number): Raster {
  const { width, height } = ink;
  const reach = Math.max(4, 2 * factor + roundEven(1.5 * MAX_THICKNESS_SHARE * Math.min(width, height)));
  const padded = pad(ink, [0, reach, 0, reach]);
  for (const line of lines) eraseLine(padded, line, factor, reach);
  return cutOut(padded, [0, reach, width, reach + height]);
}

/**
 * Takes off what erased lines have left behind: crossings, and the short teeth of combs.
 *
 * @param thickness of the lines in pixels.
 */
function dropRemains(left: Raster, ink: Raster, thickness: number): Raster {
  const taken = { ...ink, data: ink.data.map((value, at) => (value >= LINE_LEVEL && left.data[at]! < LINE_LEVEL ? 1 : 0)) };
  const near = dilateBox(taken, 5, 5);
  const { labels, parts } = findComponents(mapPixels(left, (value) => (value >= LINE_LEVEL ? 1 : 0)), 8);
  const longest = Math.max(0, ...parts.map(({ width, height }) => Math.max(width, height)));
  const touched = new Uint8Array(parts.length + 1);
  labels.forEach((label, at) => {
    if (near.data[at]) touched[label] = 1;
  });
  const dropped = [false, ...parts.map(({ width, height }, k) => touched[k + 1] === 1 &&
    Math.min(width, height) <= 2 * thickness + 1 && Math.max(width, height) <= MAX_REMAIN_SHARE * longest)];
  if (!dropped.some(Boolean)) return left;
  const remains = bytes(left.width, left.height);
  labels.forEach((label, at) => {
    if (dropped[label]) remains.data[at] = 1;
  });
  const around = dilateBox(remains, 3, 3);
  return { ...left, data: left.data.map((value, at) => (around.data[at] ? 0 : value)) };
}

/** One pixel of each block, as a mask of zeros and ones. */
function reduceMask({ width, height, data }: Raster, factor: number): Raster {
  const reduced = bytes(Math.ceil(width / factor), Math.ceil(height / factor));
  for (let y = 0, at = 0; y < height; y += factor)
    for (let x = 0; x < width; x += factor, at++) reduced.data[at] = data[y * width + x] ? 1 : 0;
  return reduced;
}

/**
 * The ink without rulings, frames, boxes, underlines and edges; the ink itself where there are none.
 *
 * @param paper 0 where there is no paper on a photograph; null for anything else.
 */
export function eraseLines(ink: Raster, paper: Raster | null = null, isDrawn = false): Raster {
  const factor = Math.max(1, Math.ceil(Math.max(ink.width, ink.height) / LINE_SIDE));
  const mask = mapPixels(poolInk(ink, factor), (value) => (value >= LINE_LEVEL ? 1 : 0));
  const [level, upright] = chooseLines(mask, paper && reduceMask(paper, factor), isDrawn);
  if (!level.length && !upright.length) return ink;
  const left = transpose(eraseFrom(transpose(eraseFrom(ink, level, factor)), upright, factor));
  return dropRemains(left, ink, Math.max(...[...level, ...upright].map((line) => line.thickness)) * factor);
}
