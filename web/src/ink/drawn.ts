/** Drawings that a program made, as opposed to photographs: their colours are exact. */

import constants from '../constants.json';
import { type Raster, countNonZero } from '../pixels/raster';
import { MAX_GRAIN, MIN_CONTRAST } from './ink';

const { MAX_HALO_SHARE, MAX_PALENESS, MIN_DRAWN_SHARE, MIN_PEN_PIXELS, MIN_PEN_SHARE } = constants['ink.drawn'];

/**
 * Whether most of a drawing has the very colour from which it has these distances.
 *
 * No photograph has; so what is grey on it was drawn, too.
 */
export function isDrawnByProgram(distance: Raster): boolean {
  const paper = distance.data.filter((value) => value <= MAX_GRAIN).length;
  const { length } = distance.data;
  const same = length - countNonZero(distance);
  // Around ink a JPEG file's paper is of many colours; elsewhere only rims are nearly as light as paper.
  return same >= MIN_DRAWN_SHARE * length && paper - same <= MAX_HALO_SHARE * (length - paper);
}

/**
 * The distance to the paper, of those in a drawing, of the palest pen beside a darker; 255 else.
 *
 * Of rims hardly two pixels have one colour, of what a pen of one colour drew nearly all have.
 */
export function findPalestPen(distance: Raster): number {
  const counts = new Int32Array(256);
  for (const value of distance.data) counts[value]!++;
  const end = Math.trunc(MAX_PALENESS * counts.findLastIndex((count) => count > 0));
  const enough = Math.max(MIN_PEN_PIXELS, MIN_PEN_SHARE * distance.data.length);
  const pen = counts.findIndex((count, level) => level >= MIN_CONTRAST && level < end && count >= enough);
  return pen < 0 ? 255 : pen;
}
