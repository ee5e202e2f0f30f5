/** A sheet of any shape -> the detector's input, and boxes back again. */

import constants from '../../constants.json';
import { LOCATING_THRESHOLD, inkBounds, scaleInk } from '../../ink/ink';
import { findRuns } from '../../ink/lines';
import { findComponents } from '../../pixels/components';
import { dilateBox } from '../../pixels/morphology';
import { type Box, type Raster, bytes, cutOut, inkedAxes, mapPixels, pad, roundEven, threshold } from '../../pixels/raster';
import { resizeArea } from '../../pixels/resize';
import type { BoxCorners } from '../detections';

export const { INPUT_SHAPES, MAX_BLANK_STRIP, MAX_OBJECT_HEIGHT_PX, MAX_ZOOM, MIN_RELATIVE_ZOOM } =
  constants['detectors.yolov3.letterbox'];
const { MARGIN_SHARE } = constants['detectors.yolov3.letterbox'];

/** What of a sheet the network sees, and which point lies where. */
export interface Frame {
  /** Middles of the columns and rows of pixels that were not folded away, in sheet pixels. */
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  /** Width of one of these columns in sheet pixels. */
  readonly unit: number;
  /** First column and row shown; below 0 where the frame reaches beyond the sheet. */
  readonly left: number;
  readonly top: number;
  /** Columns and rows shown. */
  readonly width: number;
  readonly height: number;
  /** Width and height of the input in pixels. */
  readonly shape: readonly [number, number];
}

/** Input pixels per sheet pixel. */
export function zoomOf(frame: Frame): number {
  return frame.shape[0] / (frame.width * frame.unit);
}

/** The same frame on the sheet `factor` times as large. */
export function enlarge(frame: Frame, factor: number): Frame {
  const scale = (values: readonly number[]): number[] => values.map((value) => value * factor);
  return { ...frame, columns: scale(frame.columns), rows: scale(frame.rows), unit: frame.unit * factor };
}

/** A place in folded pixels, whose middles are known, in sheet pixels; on with a slope beyond the outermost. */
function unfold(place: number, middles: readonly number[], unit: number): number {
  const last = middles.length - 0.5;
  if (place <= 0.5) return middles[0]! + (place - 0.5) * unit;
  if (place >= last) return middles.at(-1)! + (place - last) * unit;
  const low = Math.floor(place - 0.5);
  const share = place - 0.5 - low;
  return middles[low]! + share * (middles[low + 1]! - middles[low]!);
}

/** A box from input pixels to sheet pixels. */
export function toSheet(frame: Frame, [x1, y1, x2, y2]: BoxCorners): BoxCorners {
  const across = (x: number): number => Math.fround(unfold((x * frame.width) / frame.shape[0] + frame.left, frame.columns, frame.unit));
  const down = (y: number): number => Math.fround(unfold((y * frame.height) / frame.shape[1] + frame.top, frame.rows, frame.unit));
  return [across(x1), down(y1), across(x2), down(y2)];
}

/** Which columns and rows of a sheet to keep: all but the middles of long blank strips between drawings. */
export function foldBlankStrips(ink: Raster): { columns: number[]; rows: number[] } {
  const inked = inkedAxes(threshold(ink, LOCATING_THRESHOLD));
  const runs = { columns: findRuns(inked.columns), rows: findRuns(inked.rows) };
  // The mean over inked pixels, which specks don't pull down; one measure for both axes, as ones are tall but narrow.
  const typical = Math.max(0, ...[runs.columns, runs.rows].filter((each) => each.length).map((each) => {
    const lengths = each.map(([start, end]) => end - start);
    return lengths.reduce((sum, n) => sum + n * n, 0) / lengths.reduce((sum, n) => sum + n, 0);
  }));
  const most = Math.max(4, roundEven(MAX_BLANK_STRIP * typical));
  const kept = (length: number, strips: readonly [number, number][]): number[] => {
    const keep = new Array<boolean>(length).fill(true);
    strips.slice(1).forEach(([end], k) => {
      const begin = strips[k]![1];
      if (end - begin > most) keep.fill(false, begin + (most >> 1), end - (most - (most >> 1)));
    });
    return [...keep.keys()].filter((place) => keep[place]);
  };
  return { columns: kept(ink.width, runs.columns), rows: kept(ink.height, runs.rows) };
}

/**
 * Rough height in pixels of the tallest drawing: ink that touches, or nearly does.
 *
 * @param side longer side in pixels at which it is measured.
 * @param reach gaps of twice as many of these pixels are bridged.
 */
export function tallestObject(ink: Raster, side = 128, reach = 2): number {
  const mask = threshold(ink, LOCATING_THRESHOLD);
  const scale = Math.min(1, side / Math.max(mask.width, mask.height));
  const [width, height] = [mask.width, mask.height].map((length) => Math.max(1, roundEven(length * scale))) as [number, number];
  const small = resizeArea(mask, width, height);
  const padded = pad(mapPixels(small, (value) => (value ? 1 : 0)), [reach, reach, reach, reach]);
  const joined = dilateBox(padded, 2 * reach + 1, 2 * reach + 1);
  return (Math.max(...findComponents(joined, 8).parts.map(({ height }) => height)) - 2 * reach) / scale;
}

/** The frame that shows all the ink as large as it should be shown, or the whole sheet where there is none. */
export function frameInk(ink: Raster): Frame {
  const { columns, rows } = foldBlankStrips(ink);
  const found = inkBounds(ink);
  const box: Box = found ?? [0, 0, ink.width, ink.height];
  const most = found ? Math.min(MAX_ZOOM, MAX_OBJECT_HEIGHT_PX / tallestObject(cutOut(ink, box))) : MAX_ZOOM;
  const place = (kept: readonly number[], edge: number): number => {
    const at = kept.findIndex((pixel) => pixel >= edge);
    return at < 0 ? kept.length : at;
  };
  const [x1, x2] = [place(columns, box[0]), place(columns, box[2])];
  const [y1, y2] = [place(rows, box[1]), place(rows, box[3])];
  const around = 1 + 2 * MARGIN_SHARE;
  const zooms = INPUT_SHAPES.map(([w, h]) => Math.min(w! / ((x2 - x1) * around), h! / ((y2 - y1) * around), most));
  const best = Math.max(...zooms);
  const cheapest = zooms.findIndex((zoom) => zoom >= MIN_RELATIVE_ZOOM * best);
  const shape = INPUT_SHAPES[cheapest] as [number, number];
  const [width, height] = shape.map((side) => Math.max(1, roundEven(side / zooms[cheapest]!))) as [number, number];
  const [left, top] = [roundEven((x1 + x2 - width) / 2), roundEven((y1 + y2 - height) / 2)];
  const middles = (kept: readonly number[]): number[] => kept.map((pixel) => pixel + 0.5);
  return { columns: middles(columns), rows: middles(rows), unit: 1, left, top, width, height, shape };
}

/** The frame's pixels at input size; beyond the sheet lies paper. */
export function renderFrame(ink: Raster, frame: Frame): Raster {
  const seen = bytes(frame.width, frame.height);
  const columns = frame.columns.map(Math.floor);
  for (let y = 0; y < frame.height; y++) {
    const row = frame.rows[frame.top + y];
    if (row === undefined) continue;
    const start = Math.floor(row) * ink.width;
    for (let x = Math.max(0, -frame.left); x < frame.width && frame.left + x < columns.length; x++)
      seen.data[y * frame.width + x] = ink.data[start + columns[frame.left + x]!]!;
  }
  return scaleInk(seen, ...frame.shape, 1.2);
}
