/** Patches of another colour that are written on, such as discs and labels: they are paper, what is on them is ink. */

import constants from '../constants.json';
import { type Component, cutPart, findComponents } from '../pixels/components';
import { fillHoles } from '../pixels/contours';
import { erodeBox } from '../pixels/morphology';
import { type Raster, bytes, countNonZero, cutOut, threshold } from '../pixels/raster';

const {
  COARSE_STEP, MAX_DISC_ERROR, MAX_LABEL_SHARE, MAX_MARKER_GAIN, MAX_OUTLINE_SHARE, MAX_WRITING_WIDTH, MIN_LABEL_FILL,
  MIN_PATCH_FILL, MIN_PATCH_PX, MIN_PLAIN_SHARE, MIN_SAME_SHARE, MIN_WINDING, MIN_WRITING_SHARE, PATCH_LEVEL, PLAIN_LEVEL, RIM_PX,
} = constants['ink.patches'];

type Colour = readonly [number, number, number];

interface Patch {
  readonly box: Component;
  readonly colour: Colour;
  /** In the box, above 0 within its outline. */
  readonly inside: Raster;
  /** Distances to the patch's colour of what is written on it, 0 elsewhere. */
  readonly ink: Raster;
  /** Some of that is no hole of a thick digit. */
  readonly isWinding: boolean;
  /** It is round; else it is a label. */
  readonly isDisc: boolean;
  /** It has one colour, as no paper in a photograph has. */
  readonly isFlat: boolean;
}

/** The middle of what each channel of some pixels has. */
export function medianColour({ data }: Raster, pixels: readonly number[]): Colour {
  return [0, 1, 2].map((channel) => {
    const levels = new Int32Array(256);
    for (const at of pixels) levels[data[3 * at + channel]!]!++;
    let level = 0;
    for (let sum = levels[0]!; sum < pixels.length / 2; ) sum += levels[++level]!;
    return level;
  }) as unknown as Colour;
}

/** How far each pixel's colour is from one, largest of the three channels. */
export function colourDistance({ width, height, data }: Raster, [red, green, blue]: Colour): Raster {
  const distance = bytes(width, height);
  for (let at = 0, from = 0; at < distance.data.length; at++, from += 3)
    distance.data[at] = Math.max(Math.abs(data[from]! - red), Math.abs(data[from + 1]! - green), Math.abs(data[from + 2]! - blue));
  return distance;
}

/** Distances to the colour of what is written on: the paper's, or that of a patch; as they were without patches. */
export function readPatches(image: Raster, distance: Raster): Raster {
  const mask = threshold(distance, PATCH_LEVEL - 1, 1);
  // Most drawings have none, which some of the pixels tell.
  if (!findComponents(everySoMany(mask, COARSE_STEP), 8).parts.some((part) => mayBePatch(part, COARSE_STEP))) return distance;
  const { labels, parts } = findComponents(mask, 8);
  const found = parts.flatMap((part, k) => (mayBePatch(part, 1) ? readPatch(image, labels, k + 1, part) ?? [] : []));
  if (!found.some((patch) => patch.isWinding) || areSheets(found, image, mask)) return distance;
  const result = { ...distance, data: distance.data.slice() };
  for (const { box, inside, ink } of found)
    inside.data.forEach((value, at) => {
      const place = (box.y + Math.floor(at / box.width)) * mask.width + box.x + (at % box.width);
      if (value) result.data[place] = ink.data[at]!;
    });
  return result;
}

/**
 * Whether the patches of a picture are what it shows of paper itself.
 *
 * One label alone may be a sheet on a table, of which the shadow and all else around it is no ink; but a marker's colour
 * lets the paper shine through.
 *
 * @param mask above 0 where the picture is not of the colour along its edge.
 */
function areSheets(found: readonly Patch[], picture: Raster, mask: Raster): boolean {
  const labels = found.filter((patch) => !patch.isDisc);
  const isAlike = (one: Patch, other: Patch): boolean =>
    one.colour.every((level, channel) => Math.abs(level - other.colour[channel]!) < PATCH_LEVEL);
  const covered = labels.map((one) => labels
    .filter((other) => isAlike(one, other))
    .reduce((sum, { box }) => sum + box.width * box.height, 0));
  if (covered.some((area) => area > MAX_LABEL_SHARE * picture.width * picture.height)) return true;
  const [label] = labels;
  if (found.length !== 1 || !label || (label.isFlat && reachesEdge(label.box, picture))) return false;
  const paper = medianColour(picture, Array.from(mask.data.keys()).filter((at) => !mask.data[at]));
  const kept = paper.map((level, channel) => level - label.colour[channel]!);
  const [least, most] = [Math.min(...kept), Math.max(...kept)];
  return least < -MAX_MARKER_GAIN || most - least < PATCH_LEVEL || least > PATCH_LEVEL;
}

function everySoMany({ width, height, data }: Raster, step: number): Raster {
  const reduced = bytes(Math.ceil(width / step), Math.ceil(height / step));
  reduced.data.forEach((_, at) => {
    reduced.data[at] = data[Math.floor(at / reduced.width) * step * width + (at % reduced.width) * step]!;
  });
  return reduced;
}

function mayBePatch({ width, height, area }: Component, factor: number): boolean {
  return Math.min(width, height) * factor >= MIN_PATCH_PX && area >= MIN_PATCH_FILL * width * height;
}

function reachesEdge({ x, y, width, height }: Component, picture: Raster): boolean {
  return x === 0 || y === 0 || x + width === picture.width || y + height === picture.height;
}

/** A connected part as a patch; null where it is none. */
function readPatch(image: Raster, labels: Int32Array, number: number, box: Component): Patch | null {
  const { x, y, width, height } = box;
  const own = cutPart(labels, number, box, image.width);
  const inside = fillHoles(own);
  const filled = countNonZero(inside) / (width * height);
  const isDisc = Math.max(Math.abs(width / height - 1), Math.abs(filled / (Math.PI / 4) - 1)) <= MAX_DISC_ERROR;
  if (!isDisc && filled < MIN_LABEL_FILL) return null;
  const colours = cutOut(image, [x, y, x + width, y + height]);
  const colour = medianColour(colours, Array.from(own.data.keys()).filter((at) => own.data[at]));
  const within = erodeBox(inside, 2 * RIM_PX + 1, 'zero');
  const away = colourDistance(colours, colour);
  const ink = { ...away, data: away.data.map((value, at) => (within.data[at] ? value : 0)) };
  const written = threshold(ink, PATCH_LEVEL - 1, 1);
  const most = countNonZero(within);
  const plain = most - countNonZero(written);
  if (!most || plain < MIN_PLAIN_SHARE * most) return null;
  const same = most - countNonZero(threshold(ink, PLAIN_LEVEL));
  const isWinding = findWriting(written, ink);
  return isWinding === null ? null : { box, colour, inside, ink, isWinding, isDisc, isFlat: same >= MIN_SAME_SHARE * plain };
}

/**
 * Whether some of what is on a patch, a mask of zeros and ones, winds; null where it is no writing.
 *
 * The patch's outline is taken off its ink in place.
 */
function findWriting(written: Raster, ink: Raster): boolean | null {
  const { width, height } = written;
  const { labels, parts } = findComponents(written, 8);
  let isWinding: boolean | null = null;
  for (const [k, part] of parts.entries()) {
    if (part.height < MIN_WRITING_SHARE * Math.min(width, height)) continue;
    if (part.width > MAX_OUTLINE_SHARE * width && part.height > MAX_OUTLINE_SHARE * height) {
      labels.forEach((label, at) => {
        if (label === k + 1) ink.data[at] = 0;
      });
      continue;
    }
    const own = cutPart(labels, k + 1, part, width);
    const longer = Math.max(part.width, part.height);
    if (countNonZero(erodeBox(own, Math.trunc(MAX_WRITING_WIDTH * longer) | 1, 'zero'))) return null;
    const length = (part.area - countNonZero(erodeBox(own, 3, 'zero'))) / 2; // half of its outline
    isWinding = isWinding || length >= MIN_WINDING * longer;
  }
  return isWinding;
}
