/** Setting characters on a line: size and spacing of the visitor's own digits, marks between digits, small variation. */

import constants from '../constants.json';
import { DrawingError } from '../ink/drawing';
import { clamp, median } from '../pixels/raster';
import { type Glyph, glyphBounds, moveGlyph } from './paths';
import type { Random } from './random';
import { glyphSize } from './style';

const { GAP_RANGE, GAP_SHARE, MARKS, MAX_BOUNCE, MAX_RISE, MIN_LINE_DIGITS, SPACE_SHARE, VARIATION } = constants['handwriting.line'];

/** How somebody sets digits on a line, in pixels. */
export interface LineStyle {
  /** Of a digit. */
  readonly height: number;
  /** Between two digits' ink. */
  readonly gap: number;
  /** How far the line climbs per pixel to the right. */
  readonly rise: number;
  /** How far digits' feet stand off the line, as a standard deviation. */
  readonly bounce: number;
}

type Bounds = readonly [left: number, top: number, right: number, bottom: number];

export function isDigit(character: string): boolean {
  return /^[0-9]$/.test(character);
}

/** Size, spacing and line of drawn digits; all but the size from those that stand in a row. */
export function measureLineStyle(glyphs: readonly Glyph[]): LineStyle {
  const boxes = glyphs.map((glyph) => glyphBounds(glyph).flat() as unknown as Bounds).sort((a, b) => a[0] - b[0]);
  const height = median(boxes.map(([left, top, right, bottom]) => glyphSize(right - left, bottom - top)));
  const rows: Bounds[][] = [[boxes[0]!]];
  const gaps: number[] = [];
  boxes.slice(1).forEach((box, k) => {
    const before = boxes[k]!;
    const gap = box[0] - before[2];
    if (Math.min(before[3], box[3]) - Math.max(before[1], box[1]) <= 0.5 * height || gap > GAP_RANGE[1]! * height) return void rows.push([box]);
    rows.at(-1)!.push(box);
    if (gap / height >= GAP_RANGE[0]!) gaps.push(gap / height);
  });
  const longest = rows.reduce((most, row) => (row.length > most.length ? row : most));
  return { height, gap: height * (gaps.length ? median(gaps) : GAP_SHARE), ...measureLine(longest) };
}

/** Rise and bounce of digits in a row; 0 where they are too few to tell. */
function measureLine(boxes: readonly Bounds[]): { rise: number; bounce: number } {
  const middles = boxes.map(([left, , right]) => (left + right) / 2);
  if (boxes.length < MIN_LINE_DIGITS || Math.max(...middles) === Math.min(...middles)) return { rise: 0, bounce: 0 };
  const mean = (of: (k: number) => number): number => boxes.reduce((sum, _, k) => sum + of(k), 0) / boxes.length;
  const [x, foot] = [mean((k) => middles[k]!), mean((k) => boxes[k]![3])];
  const slope = mean((k) => (middles[k]! - x) * (boxes[k]![3] - foot)) / mean((k) => (middles[k]! - x) ** 2);
  const off = boxes.map((box, k) => box[3] - foot - slope * (middles[k]! - x));
  const bounce = Math.sqrt(off.reduce((sum, each) => sum + each ** 2, 0) / (boxes.length - 2));
  const height = median(boxes.map(([, top, , bottom]) => bottom - top));
  return { rise: clamp(-slope, -MAX_RISE, MAX_RISE), bounce: Math.min(bounce, MAX_BOUNCE * height) };
}

/**
 * The strokes of a mark, leant like the digits.
 *
 * @throws {DrawingError} there is none for it.
 */
export function markStrokes(character: string, { height }: LineStyle, lean: number): Glyph {
  const mark = (MARKS as Readonly<Record<string, number[][][]>>)[character];
  if (!mark) throw new DrawingError(`Only digits and . , : - / + ( ) can be written, not '${character}'.`);
  return mark.map((path) => path.map((point) => {
    const [x, y] = point as [number, number];
    return [Math.fround((x + lean * (0.5 - y)) * height), Math.fround(y * height)] as const;
  }));
}

/** The characters side by side on the line that begins at the style's height, digits with their feet on it or near. */
export function setLine(glyphs: readonly Glyph[], characters: readonly string[], style: LineStyle, random: Random): Glyph[] {
  let x = 0;
  return glyphs.map((glyph, k) => {
    if (!glyph.length) {
      x += SPACE_SHARE * style.height;
      return [];
    }
    const [low, high] = glyphBounds(glyph);
    const foot = isDigit(characters[k]!) ? style.height - high[1] + style.bounce * random.normal() : 0;
    const placed = moveGlyph(glyph, x - low[0], foot - style.rise * x);
    x += high[0] - low[0] + style.gap;
    return placed;
  });
}

/** The digit as the same hand may draw it the next time: a little leant, stretched and bent. */
export function varyGlyph(glyph: Glyph, random: Random): Glyph {
  const [low, high] = glyphBounds(glyph);
  const [middleX, middleY] = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  const side = Math.max(high[0] - low[0], high[1] - low[1], 1e-6);
  const near = (most: number): number => random.normal() * 2 * VARIATION * most;
  const [a, b, c, d] = [1 + near(0.6), near(1), near(0.3), 1 + near(0.6)];
  const [phaseX, phaseY] = [random.uniform() * 2 * Math.PI, random.uniform() * 2 * Math.PI];
  const [sizeX, sizeY] = [random.normal() * VARIATION, random.normal() * VARIATION];
  return glyph.map((path) => path.map(([x, y]) => {
    const [u, v] = [(x - middleX) / side, (y - middleY) / side];
    const [p, q] = [a * u + b * v, c * u + d * v];
    const bent = [p + sizeX * Math.sin(4 * q + phaseX), q + sizeY * Math.sin(4 * p + phaseY)] as const;
    return [Math.fround(bent[0] * side + middleX), Math.fround(bent[1] * side + middleY)] as const;
  }));
}
