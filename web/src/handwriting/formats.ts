/** Written strokes as files: SVG, and the strokes that live ink saves. */

import constants from '../constants.json';
import type { Stroke } from '../ink/strokes';
import { clamp } from '../pixels/raster';
import { glyphBounds } from './paths';

const { MARGIN_SHARE } = constants['handwriting.formats'];
const { MAX_SIDE, MIN_SIDE } = constants['ink.strokes'];

/** A picture of strokes: the part of the plane that it shows, and a path for each stroke with its width. */
export interface Picture {
  readonly viewBox: string;
  readonly paths: readonly { readonly data: string; readonly width: string }[];
}

const SVG = 'xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';

/** The strokes as paths in the order they are drawn. */
export function pictureOf(strokes: readonly Stroke[]): Picture {
  const [low, high] = strokes.length ? glyphBounds(strokes.map(({ points }) => points)) : [[0, 0], [1, 1]] as const;
  const [width, height] = [high[0] - low[0], high[1] - low[1]];
  const room = Math.max(0, ...strokes.map((stroke) => stroke.width)) + 2 * MARGIN_SHARE * Math.min(width, height);
  const viewBox = [low[0] - room, low[1] - room, width + 2 * room, height + 2 * room].map((value) => value.toFixed(1)).join(' ');
  return {
    viewBox,
    paths: strokes.map(({ points, width: pen }) => {
      // A path of one point has no length, and is not drawn: a dot goes nowhere and back.
      const shown = points.length === 1 ? [points[0]!, points[0]!] : points;
      return { data: `M${shown.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`, width: pen.toFixed(1) };
    }),
  };
}

/** The strokes as an SVG picture, coloured as the text around it is. */
export function svgText(strokes: readonly Stroke[]): string {
  const { viewBox, paths } = pictureOf(strokes);
  return `<svg ${SVG} viewBox="${viewBox}">${paths.map(({ data, width }) => `<path d="${data}" stroke-width="${width}"/>`).join('')}</svg>\n`;
}

/** The strokes in the middle of a square sheet as large as they need, as live ink saves them; at most the largest sheet. */
export function fitSheet(strokes: readonly Stroke[]): { side: number; strokes: { w: number; p: [number, number][] }[] } {
  if (!strokes.length) return { side: MIN_SIDE, strokes: [] };
  const [low, high] = glyphBounds(strokes.map(({ points }) => points));
  const pen = Math.max(...strokes.map(({ width }) => width));
  const needed = Math.max(high[0] - low[0], high[1] - low[1]) * (1 + 2 * MARGIN_SHARE) + 2 * pen;
  const scale = Math.min(1, MAX_SIDE / needed);
  const side = clamp(Math.ceil(needed * scale), MIN_SIDE, MAX_SIDE);
  const place = (value: number, axis: 0 | 1): number => +((value - (low[axis] + high[axis]) / 2) * scale + side / 2).toFixed(1);
  return {
    side,
    strokes: strokes.map(({ width, points }) => ({ w: +(width * scale).toFixed(2), p: points.map(([x, y]) => [place(x, 0), place(y, 1)]) })),
  };
}
