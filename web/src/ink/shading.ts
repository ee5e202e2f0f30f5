/** Uneven light taken off a picture: how dark each pixel is against the paper around it. */

import constants from '../constants.json';
import { findComponents } from '../pixels/components';
import { gaussianBlur, gaussianBlur3, medianBlur, toGrey } from '../pixels/filters';
import { closeBox, dilateBox } from '../pixels/morphology';
import { type Raster, bytes, cutOut, median, pad, roundEven, threshold, toByte } from '../pixels/raster';
import { resizeArea, resizeLinear, resizeNearest } from '../pixels/resize';
import { LOCATING_THRESHOLD, invert } from './ink';

const { EDGE_LEVELS, MAX_PEN_SHARE, MIN_STRONG_SHARE, SHADE_SIDE, STRONG_INK } = constants['ink.shading'];

/** Whether the paper is darker than the ink: ink is where the median is not. */
function isDark(grey: Raster): boolean {
  const side = Math.max(3, Math.min(99, roundEven(0.4 * Math.min(grey.width, grey.height)))) | 1;
  const middle = medianBlur(grey, side);
  const away = Int16Array.from(grey.data, (value, at) => value - middle.data[at]!);
  const noise = 12 + 3 * median(away.map(Math.abs));
  let [lighter, darker] = [0, 0];
  for (const value of away) {
    lighter += Math.max(value - noise, 0);
    darker += Math.max(-value - noise, 0);
  }
  return lighter > 1.5 * darker;
}

/** Whether the ink is lighter than the paper: on light paper on a dark table nobody writes in white. */
function hasLightInk(grey: Raster, paper: Raster | null): boolean {
  if (!paper) return isDark(grey);
  const own = median(grey.data.filter((_, at) => paper.data[at]));
  if (own > median(grey.data.filter((_, at) => !paper.data[at]))) return false;
  return isDark({ ...grey, data: grey.data.map((value, at) => (paper.data[at] ? value : own)) });
}

/** The pixels of a picture that are paper; the rest is 0. */
function keepPaper(image: Raster, paper: Raster): Raster {
  return { ...image, data: image.data.map((value, at) => (paper.data[Math.floor(at / image.channels)] ? value : 0)) };
}

/**
 * The light paper of a reduced picture: dark strokes filled up, then smoothed.
 *
 * @param paper 0 where there is no paper but a table; all is paper where null.
 */
function localPaper(small: Raster, paper: Raster | null): Raster {
  const pen = Math.max(3, roundEven(MAX_PEN_SHARE * Math.min(small.width, small.height))) | 1;
  // A table must not lend its light to the paper's rim.
  const picture = paper ? keepPaper(small, paper) : small;
  // The light goes on beyond the edge as it is there; without that, dark corners are taken for ink.
  const padded = closeBox(pad(medianBlur(picture, 3), [pen, pen, pen, pen], 'edge'), pen);
  const closed = cutOut(padded, [pen, pen, pen + small.width, pen + small.height]);
  if (!paper) {
    const smooth = gaussianBlur(closed, pen / 6);
    return { ...smooth, data: smooth.data.map((value, at) => Math.min(value, closed.data[at]! + EDGE_LEVELS)) };
  }
  // Nor may its darkness be smoothed into the rim.
  const own = threshold(paper, 0);
  const light = gaussianBlur(keepPaper(closed, own), pen / 6);
  const share = gaussianBlur(own, pen / 6).data;
  const divide = (value: number, by: number): number => (by ? toByte(Math.fround((value * 255) / by)) : 0);
  return { ...light, data: light.data.map((value, at) => divide(value, share[Math.floor(at / 3)]!)) };
}

/** The darkest of a pixel's channels against the light there, 0 as light as the paper to 255 black. */
function darkness(image: Raster, light: Raster, paper: Raster | null): Raster {
  const smooth = gaussianBlur3(image);
  const dark = bytes(image.width, image.height);
  for (let at = 0; at < dark.data.length; at++) {
    if (paper && !paper.data[at]) continue;
    let least = 255;
    for (let c = 3 * at; c < 3 * at + 3; c++)
      least = Math.min(least, toByte(Math.fround((smooth.data[c]! * 255) / Math.max(light.data[c]!, 1))));
    dark.data[at] = 255 - least;
  }
  return dark;
}

/**
 * How dark each pixel is, as a share of the paper's light there, whichever of paper and ink is darker.
 *
 * @param paper 0 where there is no paper but a table; all is paper where null.
 * @returns 0 as light as the paper to 255 black.
 */
export function flattenLight(image: Raster, paper: Raster | null): Raster {
  const { width, height } = image;
  const scale = Math.min(1, SHADE_SIDE / Math.max(height, width));
  const size = [width, height].map((side) => Math.max(1, roundEven(side * scale))) as [number, number];
  let small = resizeArea(image, ...size);
  const own = paper && resizeNearest(paper, ...size);
  if (hasLightInk(toGrey(small), own)) [image, small] = [invert(image), invert(small)];
  const light = localPaper(small, own);
  return darkness(image, resizeLinear(light, width, height), paper);
}

/** What of the darkness that `flattenLight` gives is the paper's noise, in its levels. */
export function measureNoise(dark: Raster, paper: Raster | null): number {
  // Noise has two sides; the lighter one is cut off, so half of the paper is at 0 and the rest tells its spread.  On
  // paper without noise the rest is ink.
  const counts = new Float64Array(256);
  dark.data.forEach((value, at) => {
    if (!paper || paper.data[at]) counts[value] = counts[value]! + 1;
  });
  const all = counts.reduce((sum, count) => sum + count, 0);
  const levelOf = (from: number, share: number): number => {
    let level = from;
    for (let sum = counts[from]!; sum < share && level < 255; ) sum += counts[++level]!;
    return level;
  };
  return Math.min(levelOf(1, (all - counts[0]!) / 2), 1 + levelOf(0, 0.75 * all));
}

/** Ink without the connected parts that are faint nearly all over. */
export function dropRims(ink: Raster): Raster {
  const { labels, parts } = findComponents(threshold(ink, LOCATING_THRESHOLD, 1), 8);
  const strong = new Int32Array(parts.length + 1);
  ink.data.forEach((value, at) => {
    if (value >= STRONG_INK) strong[labels[at]!]!++;
  });
  const isKept = [false, ...parts.map(({ area }, k) => strong[k + 1]! > MIN_STRONG_SHARE * area)];
  const own = { ...ink, data: Uint8Array.from(labels, (label) => Number(isKept[label])) };
  const around = dilateBox(own, 3, 3);
  return { ...ink, data: ink.data.map((value, at) => (around.data[at] ? value : 0)) };
}
