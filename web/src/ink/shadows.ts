/** What lies on paper, is wider than strokes and fainter than ink: shadows, bars of light, a marker's colour. */

import constants from '../constants.json';
import { otsuLevel } from '../pixels/filters';
import { dilateBox, erodeBox } from '../pixels/morphology';
import { type Raster, cutOut, lightest, mapPixels, pad, threshold, toByte } from '../pixels/raster';
import { strokeWidth } from './ink';

const {
  MAX_FAINTNESS, MIN_SHADE_LEVEL, MIN_SHADE_SHARE, MIN_SHADE_SIDE, MIN_SHADE_STROKES, MIN_WRITTEN_SHARE, SOLID_RIM_PX,
} = constants['ink.shadows'];

function mean(values: Uint8Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The darkness that parts ink from all that is much fainter; null where nothing is. */
function inkLevel(inked: Uint8Array): number | null {
  let level: number | null = null;
  while (inked.length) { // a rim and a shade may be told apart before shade and ink are
    const split = otsuLevel(inked);
    const [faint, strong] = [inked.filter((value) => value <= split), inked.filter((value) => value > split)];
    if (!faint.length || !strong.length || mean(faint) > MAX_FAINTNESS * mean(strong)) break;
    [level, inked] = [split, strong];
  }
  return level;
}

/**
 * How dark each pixel is against the paper or the shade that it lies on; as it was where no shade is found.
 *
 * A shade is what remains where strokes are taken off, as an opening by a square wider than they are does.  Where it
 * is, ink is measured against its light instead of the paper's.
 *
 * @param darkness 0 as light as the paper to 255 black.
 * @param grain the darkness up to which a pixel counts as paper.
 * @param isDrawn it is no photograph: a shade is drawn with a marker, and written on, or it is a drawing itself.
 */
export function liftShadows(darkness: Raster, grain: number, isDrawn = false): Raster {
  const level = inkLevel(darkness.data.filter((value) => value > grain));
  if (level === null) return darkness;
  const seen = Math.max(grain, MIN_SHADE_LEVEL * level);
  const least = MIN_SHADE_SHARE * darkness.data.length;
  // Most pictures have too few faint pixels for a shade, however they lie.
  if (darkness.data.filter((value) => value > seen && value <= level).length < least) return darkness;
  const { width, height } = darkness;
  const stroke = strokeWidth(threshold(darkness, level));
  const side = Math.trunc(Math.max(MIN_SHADE_STROKES * stroke + 2, MIN_SHADE_SIDE * Math.min(width, height))) | 1;
  // Beyond the edge it goes on as it is there.
  const padded = pad(darkness, [side, side, side, side], 'edge');
  const opened = cutOut(dilateBox(erodeBox(padded, side), side, side), [side, side, side + width, side + height]);
  const rim = 2 * SOLID_RIM_PX + 1;
  const solid = dilateBox(threshold(opened, level), rim, rim);
  let shade: Raster = { ...opened, data: opened.data.map((value, at) => (solid.data[at] ? 0 : value)) };
  if (shade.data.filter((value) => value > seen).length < least) return darkness;
  if (isDrawn) {
    const under = shade.data.filter((_, at) => darkness.data[at]! > level);
    if (under.filter((value) => value > seen).length < MIN_WRITTEN_SHARE * under.length) return darkness;
  }
  const ceiling = mapPixels(darkness, (value) => Math.min(value, level));
  for (let step = side >> 1; step > 0; step--) shade = lightest(dilateBox(shade, 3, 3), ceiling); // into the corners that the square left
  return {
    ...darkness,
    data: darkness.data.map((value, at) => 255 - toByte(Math.fround(((255 - value) * 255) / (255 - shade.data[at]!)))),
  };
}
