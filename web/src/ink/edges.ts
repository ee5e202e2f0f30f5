/** Where on a picture the paper lies: within dark bands and borders along the edge, on a table. */

import constants from '../constants.json';
import {
  type Point, approximateOutline, convexHull, fillHoles, followOutline, outlineArea, outlineLength,
} from '../pixels/contours';
import { findComponents } from '../pixels/components';
import { medianBlur, otsuLevel, toGrey } from '../pixels/filters';
import { dilateBox, erodeBox } from '../pixels/morphology';
import { type Box, type Raster, median, roundEven, threshold } from '../pixels/raster';
import { resizeArea, resizeLinear } from '../pixels/resize';

const {
  BAND_END_STEP, MAX_BAND_SHARE, MIN_BAND_SHARE, MIN_BAND_STEP, MIN_PAPER_FILL, MIN_TABLE_STEP, PAPER_SHARES, PAPER_SIDE,
} = constants['ink.edges'];

/** One line along the edge of a picture, counted inwards: where its k-th pixel is. */
type Line = (depth: number, along: number) => number;

/** How many lines from the edge on are an even band before paper begins, of at most `depth`. */
function bandDepth(image: Raster, line: Line, depth: number, length: number): number {
  const channel = (d: number, k: number, c: number): number => image.data[line(d, k) * 3 + c]!;
  // The paper at each place is what lies deepest; strokes that reach so far are outvoted by the median.
  const paper = [0, 1, 2].map((c) =>
    Math.trunc(median(Array.from({ length }, (_, k) => channel(depth, k, c)))));
  const shareAway = (d: number, step: number): number => {
    let count = 0;
    for (let k = 0; k < length; k++) {
      let away = 0;
      for (let c = 0; c < 3; c++) away = Math.max(away, Math.abs(channel(d, k, c) - paper[c]!));
      if (away >= step) count++;
    }
    return count / length;
  };
  if (shareAway(0, MIN_BAND_STEP) < MIN_BAND_SHARE) return 0;
  for (let d = 0; d < depth; d++) if (shareAway(d, BAND_END_STEP) < MIN_BAND_SHARE) return d;
  return 0;
}

/** What is left of a picture without the black edges of a scan and the border lines of a screenshot. */
export function innerWindow(image: Raster): Box {
  const { width, height } = image;
  const across = Math.max(2, roundEven(width * MAX_BAND_SHARE));
  const down = Math.max(2, roundEven(height * MAX_BAND_SHARE));
  if (Math.min(height, width) < 2 * Math.max(down, across)) return [0, 0, width, height];
  const top = bandDepth(image, (d, k) => d * width + k, down, width);
  const bottom = bandDepth(image, (d, k) => (height - 1 - d) * width + k, down, width);
  const left = bandDepth(image, (d, k) => k * width + d, across, height);
  const right = bandDepth(image, (d, k) => k * width + width - 1 - d, across, height);
  return [left, top, width - right, height - bottom];
}

/** The largest part of a reduced picture that is lighter than a level as 255, all else 0; null without one. */
function largestLightPart(grey: Raster, level: number): Raster | null {
  const { labels, parts } = findComponents(threshold(grey, level), 4);
  if (!parts.length) return null;
  const largest = 1 + parts.reduce((best, part, k) => (part.area > parts[best]!.area ? k : best), 0);
  return { ...grey, data: Uint8Array.from(labels, (label) => (label === largest ? 255 : 0)) };
}

function isSheetOfPaper(outline: readonly Point[], pixels: number): boolean {
  const area = outlineArea(outline);
  const corners = approximateOutline(convexHull(outline), 0.03 * outlineLength(outline));
  const [least, most] = PAPER_SHARES as [number, number];
  return area / pixels >= least && area / pixels <= most && corners.length === 4 &&
    area >= MIN_PAPER_FILL * outlineArea(corners);
}

/** What of a reduced picture is lighter than a level and looks like paper on a darker table, without its rim. */
function lightPaper(grey: Raster, level: number): Raster | null {
  const own = largestLightPart(grey, level);
  if (!own || !isSheetOfPaper(followOutline(own), grey.data.length)) return null;
  const paper = fillHoles(own);
  const inside = erodeBox(paper, 5);
  const outside = dilateBox(paper, 5, 5);
  const rimIn: number[] = [];
  const rimOut: number[] = [];
  paper.data.forEach((value, at) => {
    if (value && !inside.data[at]) rimIn.push(grey.data[at]!);
    if (!value && outside.data[at]) rimOut.push(grey.data[at]!);
  });
  // The picture ends where the paper does: no table to be seen.
  if (rimOut.length < 0.5 * (grey.width + grey.height)) return null;
  return median(rimIn) - median(rimOut) >= MIN_TABLE_STEP ? inside : null;
}

/** The paper on a table of another lightness, as 0 and 255; null without one. */
export function findPaper(image: Raster): Raster | null {
  const scale = Math.min(1, PAPER_SIDE / Math.max(image.height, image.width));
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, roundEven(side * scale))) as [number, number];
  const grey = medianBlur(resizeArea(toGrey(image), width, height), 5);
  const level = otsuLevel(grey.data);
  // A corner of the paper in the shadow is nearer to the table than to the rest of the paper.
  for (const each of [level, otsuLevel(grey.data.filter((value) => value <= level))]) {
    const paper = lightPaper(grey, each);
    if (paper) return threshold(resizeLinear(paper, image.width, image.height), 200);
  }
  return null;
}
