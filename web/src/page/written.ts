/** A number in the visitor's hand, written stroke by stroke, and shapes to choose. */

import constants from '../constants.json';
import { pictureOf } from '../handwriting/formats';
import { type Glyph, distanceAlong, glyphBounds } from '../handwriting/paths';
import type { Choices } from '../handwriting/style';
import type { Stroke } from '../ink/strokes';
import { html, svg } from './elements';
import type { Shapes } from './messages';

const { LIFT_SECONDS, SHAPE_PEN_PX, SHAPE_PX, SHAPE_STEP, WRITING_HEIGHTS_PER_SECOND } = constants['ui.html.handwriting'];

/** The strokes as a picture, each a path of length one. */
function drawn(strokes: readonly Stroke[], attributes: Readonly<Record<string, string>>): SVGElement {
  const { viewBox, paths } = pictureOf(strokes);
  return svg('svg', { viewBox, fill: 'none', 'stroke-linecap': 'round', 'stroke-linejoin': 'round', ...attributes },
    ...paths.map(({ data, width }) => svg('path', { pathLength: 1, d: data, 'stroke-width': width })));
}

/** The strokes as a pen writes them, one after the other; the style sheet moves it where the visitor wants motion. */
export function renderWriting(strokes: readonly Stroke[], text: string): SVGElement {
  const picture = drawn(strokes, { role: 'img', 'aria-label': `${text} in your hand` });
  const [low, high] = glyphBounds(strokes.map(({ points }) => points));
  let begun = 0;
  picture.querySelectorAll<SVGPathElement>('path').forEach(({ style }, k) => {
    const heights = distanceAlong(strokes[k]!.points).at(-1)! / Math.max(high[1] - low[1], 1);
    const seconds = Math.max(heights / WRITING_HEIGHTS_PER_SECOND, 0.05);
    style.animationDuration = `${seconds.toFixed(2)}s`;
    style.animationDelay = `${begun.toFixed(2)}s`;
    begun += seconds + LIFT_SECONDS;
  });
  return picture;
}

/** A made digit, with fewer points, on its button. */
function shapePicture(glyph: Glyph): SVGElement {
  const [low, high] = glyphBounds(glyph);
  const scale = SHAPE_PX / Math.max(high[0] - low[0], high[1] - low[1], 1e-6);
  const strokes = glyph.map((path) => ({
    width: SHAPE_PEN_PX,
    points: path.filter((_, k) => k % SHAPE_STEP === 0 || k === path.length - 1)
      .map(([x, y]) => [(x - low[0]) * scale, (y - low[1]) * scale] as const),
  }));
  return drawn(strokes, { 'aria-hidden': 'true' });
}

/** For each digit the shapes that it may have, to be chosen with a click. */
export function renderShapes(shapes: readonly Shapes[], choices: Choices): HTMLElement[] {
  if (!shapes.length) return [];
  const groups = shapes.map(({ digit, glyphs }) => html('div', { role: 'group', 'aria-label': `Shapes of the ${digit}` },
    ...glyphs.map((glyph, shape) => html('button', {
      type: 'button', 'data-digit': digit, 'data-shape': shape, 'aria-pressed': String(choices[digit] === shape),
      'aria-label': `Shape ${shape + 1} of the ${digit}`,
    }, shapePicture(glyph)))));
  return [html('p', {}, 'Which shapes are yours? A click tells more of your hand.'), html('div', { class: 'shapes' }, ...groups)];
}
