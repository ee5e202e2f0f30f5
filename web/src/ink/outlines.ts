/** Hollow digits, drawn as outlines, filled before anything looks for strokes. */

import constants from '../constants.json';
import { type Component, cutPart, findComponents } from '../pixels/components';
import { erodeBox } from '../pixels/morphology';
import {
  type Raster, boundingBox, bytes, countNonZero, cutOut, mapPixels, median, pad, paste, threshold,
} from '../pixels/raster';
import { strokeWidth } from './ink';

const {
  MAX_BULGE, MAX_PARTS, MAX_WALL, MIN_ELONGATION, MIN_INSIDE_LENGTH, MIN_LONGEST_INSIDE, MIN_OUTLINES, MIN_OUTLINE_PX,
  MIN_OUTLINE_SHARE, MIN_OUTLINE_SIZE, OUTLINE_LEVEL,
} = constants['ink.outlines'];

/** The ink with hollow digits filled, and nothing else on it; as it was without such. */
export function fillOutlines(ink: Raster): Raster {
  const strong = threshold(ink, OUTLINE_LEVEL);
  const box = boundingBox(strong);
  if (!box) return ink;
  const own = pad(cutOut(strong, box), [1, 1, 1, 1]);
  const filled = fill(own);
  if (!filled) return ink;
  const inked = cutOut(ink, box);
  const inner = cutOut(filled, [1, 1, filled.width - 1, filled.height - 1]);
  const walls = cutOut(own, [1, 1, own.width - 1, own.height - 1]);
  const data = inked.data.map((value, at) => Math.max(Math.min(value, walls.data[at]!), inner.data[at]!));
  const result = bytes(ink.width, ink.height);
  paste(result, { ...inked, data }, box);
  return result;
}

/** Label of what is above a part's first topmost pixel, which is what is around it. */
function around(labels: Int32Array, number: number, { x, y }: Component, across: number, others: Int32Array): number {
  let column = x;
  while (labels[y * across + column] !== number) column++;
  return others[(y - 1) * across + column]!;
}

/** The insides of hollow strokes, 0 or 255; null where the mask, which has a margin, is no number in outlines. */
function fill(mask: Raster): Raster | null {
  const { width: across } = mask;
  const { labels: part, parts } = findComponents(mask, 8);
  const { labels: room, parts: rooms } = findComponents(mapPixels(mask, (value) => 255 - value), 4);
  const outside = room[0]!;
  if (Math.max(parts.length, rooms.length) >= MAX_PARTS) return null;
  const size = parts.map(({ width, height }) => Math.max(width, height));
  const wall = MAX_WALL * strokeWidth(mask) + 1;
  const rings = new Set<number>();
  const reach = parts.map(() => 0);
  const insides = new Map<number, number>();
  rooms.forEach((each, k) => {
    const number = k + 1;
    if (number === outside) return;
    const holder = around(room, number, each, across, part) - 1;
    if (Math.max(parts[holder]!.width - each.width, parts[holder]!.height - each.height) <= 2 * wall) rings.add(holder);
    const own = cutPart(room, number, each, across);
    const outline = each.area - countNonZero(erodeBox(own, 3, 'zero'));
    const length = outline / 2;
    const width = (2 * each.area) / outline;
    if (length < Math.max(MIN_ELONGATION * width, MIN_INSIDE_LENGTH * size[holder]!)) return;
    if (countNonZero(erodeBox(own, Math.floor(MAX_BULGE * width) | 1, 'zero'))) return;
    insides.set(number, holder);
    reach[holder] = Math.max(reach[holder]!, length / size[holder]!);
  });
  const outer: number[] = [];
  parts.forEach((each, k) => {
    const within = around(part, k + 1, each, across, room);
    if (within === outside) outer.push(k);
    else if (!rings.has(k) && insides.has(within)) {
      reach[insides.get(within)!] = 0;
      insides.delete(within);
    }
  });
  const least = Math.max(MIN_OUTLINE_PX, MIN_OUTLINE_SIZE * median(outer.map((k) => size[k]!)));
  const reached = outer.filter((k) => size[k]! >= least).map((k) => reach[k]!);
  const hollow = reached.filter((each) => each > 0).length;
  if (hollow < MIN_OUTLINES || hollow < MIN_OUTLINE_SHARE * reached.length) return null;
  if (Math.max(...reached) < MIN_LONGEST_INSIDE) return null;
  return { ...mask, data: mask.data.map((_, at) => (insides.has(room[at]!) ? 255 : 0)) };
}
