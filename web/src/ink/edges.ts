/** Where on a picture the paper lies: within dark bands and borders along the edge, on a table. */

import constants from '../constants.json';
import {
  type Point, approximateOutline, convexHull, fillHoles, followOutline, outlineArea, outlineLength,
} from '../pixels/contours';
import { findComponents } from '../pixels/components';
import { gaussianBlur, medianBlur, otsuLevel, toGrey } from '../pixels/filters';
import { closeBox, dilateBox, erodeBox } from '../pixels/morphology';
import {
  type Box, type Raster, bytes, countNonZero, cutOut, median, pad, quantile, roundEven, threshold, touchesEdge,
} from '../pixels/raster';
import { resizeArea, resizeLinear } from '../pixels/resize';
import { invert } from './ink';

const {
  BAND_END_STEP, GRAIN_SIGMA_PX, MAX_BAND_SHARE, MAX_FEW_SIDES, MAX_NOTCH_SHARE, MAX_SHADOW_GRAIN, MAX_SHADOW_TINT, MAX_WEDGE_CROSSED,
  MAX_WEDGE_SHARE, MAX_WEDGE_SPREAD, MIN_BAND_SHARE, MIN_BAND_STEP, MIN_COLOUR, MIN_FEW_STEP, MIN_PAPER_FILL, MIN_RIM_STEP, MIN_SHADOW_LIGHT, MIN_SIDE_PIXELS, MIN_SIDE_STEP, MIN_TABLE_STEP,
  MIN_WEDGE_LENGTH, PAPER_LEVELS, PAPER_SHARES, PAPER_SIDE, SIDE_REACH_PX,
} = constants['ink.edges'];

/** One line along the edge of a picture, counted inwards: where its k-th pixel is. */
type Line = (depth: number, along: number) => number;

/** How many lines from the edge on are an even band before paper begins, of at most `depth`. */
function bandDepth(image: Raster, line: Line, depth: number, length: number): number {
  const channel = (d: number, k: number, c: number): number => image.data[line(d, k) * 3 + c]!;
  // The paper is what lies deepest; strokes that reach so far are outvoted by the median, but a frame may lie there.
  const usual = (d: number): number[] => [0, 1, 2].map((c) => median(Array.from({ length }, (_, k) => channel(d, k, c))));
  const [own, beyond] = [usual(depth), usual(2 * depth)];
  if (own.some((level, c) => Math.abs(level - beyond[c]!) >= MIN_BAND_STEP)) return 0;
  const paper = own.map(Math.trunc);
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
  if (Math.min(height, width) <= 2 * Math.max(down, across)) return [0, 0, width, height];
  const top = bandDepth(image, (d, k) => d * width + k, down, width);
  const bottom = bandDepth(image, (d, k) => (height - 1 - d) * width + k, down, width);
  const left = bandDepth(image, (d, k) => k * width + d, across, height);
  const right = bandDepth(image, (d, k) => k * width + width - 1 - d, across, height);
  return [left, top, width - right, height - bottom];
}

/**
 * A picture whose dark wedges along the edges have the paper's colour; itself without any.
 *
 * A sheet that lay askew on the scanner leaves them.  They widen towards a corner; a frame ends before it.
 */
export function fillWedges(image: Raster): Raster {
  const { width, height } = image;
  const [down, across] = [height, width].map((side) => Math.max(2, roundEven(side * MAX_WEDGE_SHARE))) as [number, number];
  if (Math.min(height, width) <= 2 * Math.max(down, across)) return image;
  // All corners of most drawings are paper, which is soon told.
  const row = 2 * down * width;
  const isPaper = [0, 1, 2].every((c) => {
    const usual = median(Array.from({ length: width }, (_, x) => image.data[3 * (row + x) + c]!));
    const corners = [0, width - 1, (height - 1) * width, height * width - 1].map((at) => image.data[3 * at + c]!);
    return corners.every((level) => Math.abs(level - usual) < MIN_BAND_STEP);
  });
  if (isPaper) return image;
  const sides: readonly (readonly [Line, number, number])[] = [
    [(d, k) => d * width + k, down, width], [(d, k) => (height - 1 - d) * width + k, down, width],
    [(d, k) => k * width + d, across, height], [(d, k) => k * width + width - 1 - d, across, height],
  ];
  const wedges = sides.flatMap(([line, depth, length]) => findWedge(image, line, depth, length) ?? []);
  if (!wedges.length) return image;
  const filled = { ...image, data: image.data.slice() };
  for (const { places, paper } of wedges) for (const at of places) paper.forEach((value, c) => (filled.data[3 * at + c] = value));
  return filled;
}

/** The pixels of a dark wedge along one edge, and the colour of the paper there; null without one. */
function findWedge(image: Raster, line: Line, depth: number, length: number): { places: number[]; paper: number[] } | null {
  const channel = (d: number, k: number, c: number): number => image.data[line(d, k) * 3 + c]!;
  const along = Array.from({ length }, (_, k) => k);
  const usual = (d: number): number[] => [0, 1, 2].map((c) => Math.trunc(median(along.map((k) => channel(d, k, c)))));
  const [paper, beyond] = [usual(depth), usual(2 * depth)];
  if (Math.max(...paper.map((value, c) => Math.abs(value - beyond[c]!))) >= MIN_BAND_STEP) return null; // a line, which is no paper
  const away = (d: number, k: number): number => Math.max(...paper.map((value, c) => Math.abs(channel(d, k, c) - value)));
  const isDark = along.map((k) => away(0, k) >= MIN_BAND_STEP);
  const dark = along.filter((k) => isDark[k]);
  if (dark.length / length < MIN_WEDGE_LENGTH) return null;
  if (!isDark.slice(0, depth).every(Boolean) && !isDark.slice(-depth).every(Boolean)) return null;
  const spread = [0, 1, 2].map((c) => dark.map((k) => channel(0, k, c))).map((levels) => quantile(levels, 0.9) - quantile(levels, 0.1));
  if (Math.max(...spread) > MAX_WEDGE_SPREAD) return null;
  const ends = dark.map((k) => {
    let d = 0;
    while (d <= depth && away(d, k) >= BAND_END_STEP) d++;
    return d;
  });
  if (ends.filter((end) => end > depth).length / dark.length > MAX_WEDGE_CROSSED) return null;
  const places = dark.flatMap((k, n) => Array.from({ length: Math.min(ends[n]!, depth) + 1 }, (_, d) => line(d, k)));
  return { places, paper };
}

/** The largest part of a reduced picture that is lighter than a level as 255, all else 0; null without one. */
function largestLightPart(grey: Raster, level: number): Raster | null {
  const { labels, parts } = findComponents(threshold(grey, level), 4);
  if (!parts.length) return null;
  const largest = 1 + parts.reduce((best, part, k) => (part.area > parts[best]!.area ? k : best), 0);
  return { ...grey, data: Uint8Array.from(labels, (label) => (label === largest ? 255 : 0)) };
}

/** Area and corners of an outline that may be a sheet of paper's; null where it has not four. */
function findCorners(outline: readonly Point[], pixels: number): { area: number; corners: Point[] } | null {
  const area = outlineArea(outline);
  const corners = approximateOutline(convexHull(outline), 0.03 * outlineLength(outline));
  const [least, most] = PAPER_SHARES as [number, number];
  const isSheet = area / pixels >= least && area / pixels <= most && corners.length === 4 &&
    area >= MIN_PAPER_FILL * outlineArea(corners);
  return isSheet ? { area, corners } : null;
}

/**
 * Paper without notches narrower than a side: writing on its rim is dark like a table.
 *
 * What lies between the paper and the edge of the picture is table, however narrow.
 */
function fillNotches(paper: Raster, side: number): Raster {
  const closed = closeBox(pad(paper, [side, side, side, side]), side);
  return cutOut(closed, [side, side, side + paper.width, side + paper.height]);
}

/** Pixels right within the paper or beyond it: where they are, and how light. */
interface Rim {
  readonly x: number;
  readonly y: number;
  readonly level: number;
}

/** Grey levels by which paper is lighter than what is right beside it, for each side that has something beside it. */
function stepsOfSides(corners: readonly Point[], rims: readonly (readonly Rim[])[]): number[] {
  return corners.flatMap(([x1, y1], k) => {
    const [x2, y2] = corners[(k + 1) % 4]!;
    const reach = SIDE_REACH_PX * Math.hypot(x2 - x1, y2 - y1);
    const [within, beyond] = rims.map((rim) => rim
      .filter(({ x, y }) => Math.abs((x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)) <= reach)
      .map(({ level }) => level)) as [number[], number[]];
    return Math.min(within.length, beyond.length) >= MIN_SIDE_PIXELS ? [median(within) - median(beyond)] : [];
  });
}

/** What looks like paper on a table. */
interface FoundPaper {
  /** Without its rim. */
  readonly paper: Raster;
  /** By how many grey levels it is lighter than what is beside it, on the side where it is least. */
  readonly step: number;
  /** On how many sides something is beside it. */
  readonly sides: number;
}

/** What of a reduced picture is lighter than a level and looks like paper on a darker table. */
function lightPaper(grey: Raster, level: number, isDark: boolean): FoundPaper | null {
  const own = largestLightPart(grey, level);
  const found = own && findCorners(followOutline(own), grey.data.length);
  if (!found) return null;
  const paper = fillNotches(fillHoles(own), roundEven(MAX_NOTCH_SHARE * Math.sqrt(found.area)) | 1);
  const inside = erodeBox(paper, 5);
  const outside = dilateBox(paper, 5, 5);
  const [rimIn, rimOut]: [Rim[], Rim[]] = [[], []];
  paper.data.forEach((value, at) => {
    const pixel = { x: at % grey.width, y: Math.floor(at / grey.width), level: grey.data[at]! };
    if (value && !inside.data[at]) rimIn.push(pixel);
    if (!value && outside.data[at]) rimOut.push(pixel);
  });
  // The picture ends where the paper does, so no table is to be seen; or the paper is all rim.
  if (rimOut.length < 0.5 * (grey.width + grey.height) || !countNonZero(inside)) return null;
  const [rim, table] = [rimIn, rimOut].map((each) => median(each.map((pixel) => pixel.level))) as [number, number];
  const middle = median(grey.data.filter((_, at) => inside.data[at]));
  if (middle - table < MIN_TABLE_STEP || rim - table < MIN_RIM_STEP) return null;
  // A shadow reaches the edge of the picture, and a frame is darker than what is in it.
  if (isDark && (touchesEdge(paper) || rim - middle >= MIN_TABLE_STEP)) return null;
  const steps = stepsOfSides(found.corners, [rimIn, rimOut]);
  const step = Math.min(...steps); // without any, endless
  // Where the paper's rim meets the edge of the picture, the tip of the table is too fine to be seen here.
  const isClear = steps.length && step >= (steps.length > 2 ? MIN_SIDE_STEP : MIN_FEW_STEP);
  return isClear ? { paper: erodeBox(paper, 5, 'zero'), step, sides: steps.length } : null;
}

/** What `lightPaper` gives at some levels of a reduced picture. */
function findLightPaper(grey: Raster, isDark: boolean): FoundPaper[] {
  // A corner of the paper in the shadow is nearer to the table than to the rest of the paper.
  const light = otsuLevel(grey.data);
  const dark = otsuLevel(grey.data.filter((value) => value <= light));
  return Array.from({ length: PAPER_LEVELS }, (_, k) => light + (k * (dark - light)) / (PAPER_LEVELS - 1))
    .flatMap((level) => lightPaper(grey, level, isDark) ?? []);
}

/** Whether what lies beside a paper looks like more of it in a shadow: as grey and as smooth, and less light. */
function isShadowed(small: Raster, grey: Raster, paper: Raster): boolean {
  const parts = [paper, invert(dilateBox(paper, 5, 5))].map((part) => erodeBox(part, 5).data);
  if (!parts.every((part) => part.some(Boolean))) return false;
  const channels = [0, 1, 2].map((c) => grey.data.map((_, at) => small.data[3 * at + c]!));
  const light = channels.map((values) => {
    const [lit, shaded] = parts.map((part) => median(values.filter((_, at) => part[at]))) as [number, number];
    return shaded / Math.max(lit, 1);
  });
  if (Math.min(...light) < MIN_SHADOW_LIGHT || Math.max(...light) - Math.min(...light) > MAX_SHADOW_TINT) return false;
  const smooth = gaussianBlur(grey, GRAIN_SIGMA_PX).data;
  const grain = Array.from(grey.data, (value, at) => Math.abs((value + 1) / (smooth[at]! + 1) - 1));
  const [lit, shaded] = parts.map((part) => median(grain.filter((_, at) => part[at]))) as [number, number];
  return shaded <= MAX_SHADOW_GRAIN[0]! * lit + MAX_SHADOW_GRAIN[1]!;
}

/** The darkest channel of each pixel. */
function darkestChannel({ width, height, data }: Raster): Raster {
  const dark = bytes(width, height);
  for (let at = 0; at < dark.data.length; at++) dark.data[at] = Math.min(data[3 * at]!, data[3 * at + 1]!, data[3 * at + 2]!);
  return dark;
}

/** The paper on a table of another lightness, as 0 and 255; null without one. */
export function findPaper(image: Raster): Raster | null {
  const scale = Math.min(1, PAPER_SIDE / Math.max(image.height, image.width));
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, roundEven(side * scale))) as [number, number];
  const small = resizeArea(image, width, height);
  // A coloured note may be as light as the table beneath it, but in its darkest channel it is not.
  const [grey, darkest] = [toGrey(small), darkestChannel(small)];
  const difference = grey.data.reduce((sum, value, at) => sum + Math.abs(value - darkest.data[at]!), 0) / grey.data.length;
  for (const each of difference >= MIN_COLOUR ? [grey, darkest] : [grey]) {
    const plane = medianBlur(each, 5);
    const light = findLightPaper(plane, false);
    const found = (light.length ? light : findLightPaper(invert(plane), true))
      .filter(({ paper, sides }) => sides > MAX_FEW_SIDES || !isShadowed(small, grey, paper));
    if (!found.length) continue;
    const best = found.reduce((one, other) => (other.step > one.step ? other : one));
    return threshold(resizeLinear(best.paper, image.width, image.height), 200);
  }
  return null;
}
