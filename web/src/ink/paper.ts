/** A drawing -> its ink: the paper's colour where it is, and how far each pixel is from it, whichever is darker. */

import constants from '../constants.json';
import { medianBlur } from '../pixels/filters';
import { erodeBox } from '../pixels/morphology';
import {
  type FloatRaster, type Raster, boundingBox, bytes, clamp, countNonZero, cutOut, mapPixels, median, pad, paste, roundEven,
  threshold, touchesEdge,
} from '../pixels/raster';
import { resizeArea, resizeFloatArea } from '../pixels/resize';
import { findPalestPen, isDrawnByProgram } from './drawn';
import { fillWedges, findPaper, innerWindow } from './edges';
import { dropHoles } from './holes';
import { dropSpecks } from './specks';
import { MAX_GRAIN, MIN_CONTRAST, STROKE_THRESHOLD, inkOnPaper } from './ink';
import { mendGaps } from './mending';
import { fillOutlines } from './outlines';
import { colourDistance, medianColour, readPatches } from './patches';
import { eraseLines } from './erasing';
import { fillPores } from './pores';
import { dropRims, flattenLight, measureNoise } from './shading';
import { liftShadows } from './shadows';

const {
  FLAT_CELL, FLAT_SIDE, GRAIN_LEVEL, GREY_INK, MAX_FLAT_DEVIATION, MAX_GRAIN_SHARE, MAX_GREY_SHARE,
  MAX_RIM_SHARE, MAX_SOLID_SHARE, MAX_STROKE_SHARE, MIN_CERTAINTY, MIN_FLAT_SHARE, MIN_SAME_COLOUR, RIM_INK,
} = constants['ink.paper'];
const { NOISE_LEVELS } = constants['ink.shading'];
const [MIN_RIM, MAX_RIM] = RIM_INK as [number, number];
const [MIN_GREY, MAX_GREY] = GREY_INK as [number, number];

export interface PaperReport {
  /** It has one colour; otherwise it was estimated place by place. */
  readonly even: boolean;
  /** The ink stands out clearly; otherwise the light is too uneven to be sure. */
  readonly certain: boolean;
}

/** Places of the pixels along the edge, those in a corner for each of its sides. */
function* edgePixels({ width, height }: Raster): Generator<number> {
  const band = Math.max(1, Math.floor(Math.min(width, height) / 50));
  for (const top of [0, height - band])
    for (let at = top * width; at < (top + band) * width; at++) yield at;
  for (const left of [0, width - band])
    for (let y = 0; y < height; y++) for (let x = left; x < left + band; x++) yield y * width + x;
}

/** The most frequent colour along the edge, in steps of 16: drawings keep off it, paper doesn't. */
function paperColour(image: Raster): readonly [number, number, number] {
  // Half a step of offset keeps pure black and pure white inside their bins.
  const step = (at: number, c: number): number => (image.data[3 * at + c]! + 8) >> 4;
  const code = (at: number): number => step(at, 0) * 289 + step(at, 1) * 17 + step(at, 2);
  const edge = [...edgePixels(image)];
  const counts = new Int32Array(17 ** 3);
  for (const at of edge) counts[code(at)]!++;
  const usual = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
  return medianColour(image, edge.filter((at) => code(at) === usual));
}

/** Distances to the paper's colour as ink: full ink is 255, as far as the palest pen; without contrast there is none. */
export function stretchDistance(distance: Raster, grain = MAX_GRAIN, palest = 255): Raster {
  const floor = Math.min(Math.max(MIN_CONTRAST, Math.ceil(grain)), 255);
  const above = new Float64Array(257); // pixels at this distance or further
  for (const value of distance.data) above[value]!++;
  for (let level = 255; level >= 0; level--) above[level] = above[level]! + above[level + 1]!;
  if (above[floor]! < 1) return bytes(distance.width, distance.height);
  // Full ink: the level that a fifth of the inked pixels reach.  Edges are fainter, and thin pens are all edge.
  const enough = Math.max(1, 0.2 * above[floor]!);
  let full = 255;
  while (above[full]! < enough) full--;
  full = Math.min(full, palest);
  const low = Math.min(grain, full / 4);
  const table = Uint8Array.from({ length: 256 }, (_, level) => Math.trunc(clamp(((level - low) * 255) / (full - low), 0, 255)));
  return mapPixels(distance, (value) => table[value]!);
}

/** Ink without lines, of which `left` is left; writing fainter than they were is stretched to full ink. */
function withoutLines(distance: Raster, ink: Raster, left: Raster, grain = MAX_GRAIN, palest = 255): Raster {
  if (left === ink) return ink;
  return stretchDistance({ ...distance, data: distance.data.map((value, at) => (left.data[at]! < ink.data[at]! ? 0 : value)) }, grain, palest);
}

/**
 * Whether ink is pen and paper with nothing between them but the rims of strokes.
 *
 * Most drawings are; then nothing on them can be a flat grey area of `side` pixels, and no cell need be looked at.
 */
function hasTwoLevels(ink: Raster, rims: Raster, side: number): boolean {
  const solid = threshold(ink, MAX_RIM, 1);
  if (touchesEdge(solid) || countNonZero(solid) > MAX_SOLID_SHARE * ink.data.length) return false;
  return !countNonZero(erodeBox(rims, side));
}

/** Which cells of a reduced drawing have one colour. */
function flatCells(colours: Raster): boolean[] {
  const [columns, rows] = [colours.width / FLAT_CELL, colours.height / FLAT_CELL];
  const values: FloatRaster = { ...colours, data: Float32Array.from(colours.data) };
  const squares: FloatRaster = { ...colours, data: values.data.map((value) => value * value) };
  const mean = resizeFloatArea(values, columns, rows).data;
  const square = resizeFloatArea(squares, columns, rows).data;
  return Array.from({ length: columns * rows }, (_, cell) =>
    [0, 1, 2].every((c) => {
      const k = 3 * cell + c;
      return Math.sqrt(Math.max(square[k]! - mean[k]! * mean[k]!, 0)) <= MAX_FLAT_DEVIATION;
    }));
}

function share(cells: readonly boolean[]): number {
  return cells.filter(Boolean).length / cells.length;
}

/** Share of some pixels of a drawing, by their places, that have exactly the colour in the middle of theirs. */
function shareOfOneColour(image: Raster, places: readonly number[]): number {
  const middle = [0, 1, 2].map((c) => median(places.map((at) => image.data[3 * at + c]!)));
  return places.filter((at) => middle.every((value, c) => image.data[3 * at + c] === value)).length / places.length;
}

/** Whether what is inked is wider somewhere than a stroke. */
function isWide(inked: Raster): boolean {
  const side = Math.max(3, roundEven(MAX_STROKE_SHARE * Math.min(inked.width, inked.height)));
  return countNonZero(erodeBox(inked, side)) > 0;
}

/**
 * Whether a drawing is of one colour on one colour, but for rims: no photograph is.
 *
 * Then even what covers much of the sheet, or reaches its edge, is drawn, and no light.
 */
function hasTwoColours(image: Raster, ink: Raster): boolean {
  const [paper, strokes]: [number[], number[]] = [[], []];
  ink.data.forEach((value, at) => {
    if (value < MIN_RIM) paper.push(at);
    else if (value > MAX_RIM) strokes.push(at);
  });
  return [paper, strokes].every((places) => !places.length || shareOfOneColour(image, places) >= MIN_SAME_COLOUR);
}

/** Whether the paper has one colour, seen from its flat areas: those are paper or the inside of thick strokes. */
export function isEven(image: Raster, ink: Raster): boolean {
  const { width, height } = image;
  const scale = Math.min(1, FLAT_SIDE / Math.min(height, width));
  const rims = mapPixels(ink, (value) => (value >= MIN_RIM && value <= MAX_RIM ? 255 : 0));
  if (countNonZero(rims) <= MAX_RIM_SHARE * ink.data.length
    && (hasTwoLevels(ink, rims, Math.max(3, roundEven(FLAT_CELL / 2 / scale)))
      || (!isWide(threshold(ink, MAX_RIM, 1)) && hasTwoColours(image, ink)))) return true;
  const [columns, rows] = [width, height].map((side) => Math.max(1, roundEven((side * scale) / FLAT_CELL))) as [number, number];
  const size = [columns * FLAT_CELL, rows * FLAT_CELL] as const;
  let [colours, inked] = [resizeArea(image, ...size), resizeArea(ink, ...size)];
  let flat = flatCells(colours);
  if (share(flat) < MIN_FLAT_SHARE) { // squared paper: look between its lines
    [colours, inked] = [medianBlur(colours, FLAT_CELL - 1), medianBlur(inked, FLAT_CELL - 1)];
    flat = flatCells(colours);
  }
  const level = resizeArea(inked, columns, rows).data;
  const grainy: FloatRaster = { ...ink, data: Float32Array.from(ink.data, (value) => (value >= GRAIN_LEVEL ? 1 : 0)) };
  const grain = resizeFloatArea(grainy, columns, rows).data;
  const onPaper = [...grain].filter((_, cell) => flat[cell] && level[cell]! < MIN_GREY);
  if (onPaper.length && onPaper.reduce((sum, value) => sum + value, 0) / onPaper.length > MAX_GRAIN_SHARE) return false;
  const grey = flat.map((isFlat, cell) => isFlat && level[cell]! >= MIN_GREY && level[cell]! <= MAX_GREY);
  const solid = flat.map((isFlat, cell) => isFlat && level[cell]! > MAX_GREY);
  const levels = { width: columns, height: rows, channels: 1, data: level };
  if (isWide(threshold(levels, MAX_GREY, 1)) && !hasTwoColours(image, ink)) return false;
  const wide = erodeBox({ width: columns, height: rows, channels: 1, data: Uint8Array.from(solid, Number) }, 3);
  return share(grey) <= MAX_GREY_SHARE && share(solid) <= MAX_SOLID_SHARE && !touchesEdge(wide);
}

/** The ink on paper of one colour, without lines; `ink` is what `stretchDistance` makes of the distance. */
function evenInk(distance: Raster, ink: Raster, isDrawn: boolean): Raster {
  let palest = isDrawn ? findPalestPen(distance) : 255;
  if (palest < 255 || !isDrawn) {
    const lifted = liftShadows(distance, MAX_GRAIN, isDrawn);
    // A marker, or shadows too narrow to be seen as flat areas.
    if (lifted !== distance) [distance, ink, palest] = [lifted, dropRims(stretchDistance(lifted)), 255];
  }
  if (palest < 255) ink = stretchDistance(distance, MAX_GRAIN, palest);
  return withoutLines(distance, ink, eraseLines(ink, null, isDrawn), MAX_GRAIN, palest);
}

/** The ink on paper whose colour changes from place to place, and whether it stands out clearly. */
function unevenInk(image: Raster): { ink: Raster; certain: boolean } {
  const paper = findPaper(image);
  const dark = liftShadows(flattenLight(image, paper), MAX_GRAIN);
  const noise = measureNoise(dark, paper);
  const grain = Math.max(MAX_GRAIN, NOISE_LEVELS * noise);
  let ink = stretchDistance(dark, grain);
  // Rulings reach from edge to edge of the paper, not of the picture.
  const own = paper ?? { ...ink, data: new Uint8Array(ink.data.length).fill(255) };
  const box = boundingBox(own)!;
  const [before, held] = [cutOut(ink, box), cutOut(own, box)];
  let left = eraseLines(before, held);
  if (left !== before) left = eraseLines(left, held); // squared paper has more lines than are found at once
  paste(ink, withoutLines(cutOut(dark, box), before, left, grain), box);
  ink = dropRims(ink);
  const inked = dark.data.filter((_, at) => ink.data[at]! > STROKE_THRESHOLD);
  return { ink, certain: (inked.length ? median(inked) : 0) >= MIN_CERTAINTY * Math.max(noise, 1) };
}

/**
 * How much ink lies on each pixel, whatever the colours of ink and paper, and what the paper is like.
 *
 * Full ink is 255.  A drawing without contrast has no ink; bands along the edge, rulings and frames are none either.
 * Fine gaps in the ink are closed.
 */
export function readPaper(image: Raster): { ink: Raster; paper: PaperReport } {
  const window = innerWindow(image);
  const [x1, y1, x2, y2] = window;
  const inner = fillWedges(cutOut(image, window));
  const plain = colourDistance(inner, paperColour(inner));
  const distance = readPatches(inner, plain);
  let ink = stretchDistance(distance);
  let paper: PaperReport = { even: true, certain: true };
  const isDrawn = isDrawnByProgram(distance);
  if (isDrawn || isEven(distance === plain ? inner : inkOnPaper(distance), ink)) {
    ink = evenInk(distance, ink, isDrawn);
  } else {
    const uneven = unevenInk(inner);
    paper = { even: false, certain: uneven.certain || hasTwoColours(inner, ink) };
    ink = uneven.ink;
  }
  ink = dropSpecks(ink);
  ink = fillOutlines(mendGaps(isDrawn ? ink : fillPores(dropHoles(ink))));
  return { ink: pad(ink, [x1, y1, image.width - x2, image.height - y2]), paper };
}
