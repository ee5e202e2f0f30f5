/** Which straight lines are rulings, frames, boxes and underlines: they hold or carry writing and are none. */

import constants from '../constants.json';
import { type Component, findComponents } from '../pixels/components';
import { drawLine } from '../pixels/lines';
import { dilateBox } from '../pixels/morphology';
import { type Box, type Raster, bytes, roundEven, transpose } from '../pixels/raster';
import { findCombs, mayHoldComb } from './combs';
import {
  MIN_ASKEW_SHARE, MIN_RULING_FILL, SLOPES, type Line, dropCopies, findAskewLines, findLevelLines, lineLength, lineRow, measureBodies,
} from './lines';
import { isStrikethrough } from './strikethrough';

const {
  CORNER_PX, EDGE_SHARE, MAX_RULED_SHARE, MAX_SIDE_SHARE, MAX_THICKNESS_SHARE, MAX_WRITING_GAP, MIN_CONTENT_SHARE,
  MIN_DENSE_RULINGS, MIN_LINE_SHARE, MIN_RULINGS, MIN_RULING_SHARE, MIN_UNDERLINED_SHARE, MIN_UNDERLINE_ASPECT,
  MIN_UNDERLINE_SHARE, MIN_WRITING_AREA,
} = constants['ink.rulings'];

/** The lines as a mask of zeros and ones. */
function paint(lines: readonly Line[], { width, height }: Raster): Raster {
  const painted = bytes(width, height);
  for (const line of lines) {
    const [from, to] = [line.start, line.end].map((x) => [x, roundEven(lineRow(line, x))] as const) as [readonly [number, number], readonly [number, number]];
    drawLine(painted, from, to, line.thickness + 2);
  }
  return painted;
}

/** Boxes of the connected parts of a mask that are more than specks. */
function findBoxes(mask: Raster): Box[] {
  return findComponents(mask, 8).parts
    .filter(({ area }) => area >= MIN_WRITING_AREA)
    .map(({ x, y, width, height }) => [x, y, x + width, y + height] as const);
}

/** First and last column of the paper, a mask of zeros and ones, along a line, which is on it. */
function endsOfPaper(line: Line, { width, height, data }: Raster): [number, number] {
  const isPaper = (x: number): boolean => {
    const y = roundEven(lineRow(line, x));
    return y >= 0 && y < height && data[y * width + x]! > 0;
  };
  let [first, last] = [0, width - 1];
  while (first < width && !isPaper(first)) first++;
  while (last >= first && !isPaper(last)) last--;
  return first <= last ? [first, last] : [line.start, line.end];
}

/** Lines from edge to edge of the paper, or nearly. */
function reachAcross(lines: readonly Line[], paper: Raster): Line[] {
  return lines.filter((line) => {
    const [first, last] = endsOfPaper(line, paper);
    const enough = MIN_RULING_SHARE * (last - first + 1);
    return lineLength(line) >= enough && enough >= MIN_ASKEW_SHARE * paper.width;
  });
}

/** Lines much longer than all that hangs together with them is high: no stroke of a digit is. */
function standOut(lines: readonly Line[], short: number): Line[] {
  return lines.filter((line) => lineLength(line) >= Math.max(MIN_UNDERLINE_ASPECT * line.body, MIN_UNDERLINE_SHARE * short));
}

/**
 * Those of some level lines from edge to edge that much smaller writing, or enough of their kind, makes paper.
 *
 * A few have to reach the very edge, for a tall 1 ends before it, and to have no writing close on both sides, as the
 * line of an addition has and the bars of fractions.
 */
function findRulings(lines: readonly Line[], writing: readonly Box[], paper: Raster, mayBeBars: boolean): readonly Line[] {
  const { width, height } = paper;
  if (lines.length >= (writing.length ? MIN_RULINGS : MIN_DENSE_RULINGS)) return lines;
  const largest = Math.max(0, ...writing.map(([x1, y1, x2, y2]) => Math.max(x2 - x1, y2 - y1)));
  if (!writing.length || largest > MAX_RULED_SHARE * width) return [];
  const margin = EDGE_SHARE * Math.min(width, height);
  const near = MAX_WRITING_GAP * Math.max(...writing.map(([, y1, , y2]) => y2 - y1));
  return lines.filter((line) => {
    const isNear = (gap: number): boolean => gap > -line.thickness && gap <= near;
    const rows = writing.map(([x1, , x2]) => lineRow(line, (x1 + x2) / 2));
    const isBetween = writing.some(([, , , y2], k) => isNear(rows[k]! - y2)) && writing.some(([, y1], k) => isNear(y1 - rows[k]!));
    const [first, last] = endsOfPaper(line, paper);
    return line.start <= first + margin && line.end >= last - margin && !(mayBeBars && isBetween);
  });
}

function isUnderline(line: Line, writing: readonly Box[], { width, height }: Raster): boolean {
  const margin = EDGE_SHARE * Math.min(width, height);
  const [left, right] = [lineRow(line, line.start), lineRow(line, line.end)];
  if (writing.length && (Math.min(left, right) <= margin || Math.max(left, right) >= height - margin)) return true;
  const along = writing
    .map((box) => ({ box, middle: (box[0] + box[2]) / 2, row: lineRow(line, (box[0] + box[2]) / 2) }))
    .filter(({ middle }) => middle >= line.start && middle <= line.end);
  const over = along.filter(({ box, row }) => box[1] < row);
  if (!over.length) return false;
  const tall = Math.max(...over.map(({ box }) => box[3] - box[1]));
  if (tall < Math.max(3 * line.thickness, MIN_UNDERLINED_SHARE * lineLength(line))) return false;
  // To what stands on the line, and to what comes next beneath it.
  const gap = Math.min(...over.map(({ box, row }) => row - box[3]));
  const drop = Math.min(...along.filter(({ box, row }) => box[1] >= row - 2).map(({ box, row }) => box[1] - row));
  const spread = Math.max(...over.map(({ box }) => box[2])) - Math.min(...over.map(({ box }) => box[0]));
  return gap <= MAX_WRITING_GAP * tall && MAX_WRITING_GAP * tall < drop && lineLength(line) >= Math.max(MIN_UNDERLINE_ASPECT * tall, spread);
}

/** Whether between two rows hardly any ink of a mask of zeros and ones lies near a column. */
function isOpen(mask: Raster, column: number, [low, high]: readonly [number, number], near: number): boolean {
  const [left, right] = [Math.max(0, roundEven(column - near)), Math.min(mask.width, roundEven(column + near) + 1)];
  const [from, to] = [roundEven(low + near), Math.min(mask.height, roundEven(high - near))];
  let inked = 0;
  for (let y = from; y < to; y++)
    inked += mask.data.subarray(y * mask.width + left, y * mask.width + right).some((value) => value > 0) ? 1 : 0;
  return to <= from || right <= left || inked / (to - from) < MAX_SIDE_SHARE;
}

/** The upright sides and dividers of the rectangle between two level lines, where it is one around writing. */
function findPosts(top: Line, bottom: Line, upright: readonly Line[], free: readonly Box[], mask: Raster): Line[] | null {
  const near = CORNER_PX + Math.max(top.thickness, bottom.thickness) / 2;
  const { start: left, end: right } = top;
  const [low, high] = [lineRow(top, left), lineRow(bottom, bottom.start)];
  if (Math.abs(bottom.start - left) > near || Math.abs(bottom.end - right) > near || high - low < 3 * near) return null;
  const posts = upright.filter((k) => Math.abs(k.start - low) <= near && Math.abs(k.end - high) <= near &&
    left - near <= lineRow(k, k.start) && lineRow(k, k.start) <= right + near);
  const isClosed = ([[left, 0], [right, mask.width - 1]] as const).every(([x, edge]) =>
    posts.some((k) => Math.abs(lineRow(k, k.start) - x) <= near) ||
    (Math.abs(x - edge) <= near && isOpen(mask, edge, [low, high], near)));
  const holdsWriting = free.some(([x1, y1, x2, y2]) => x1 > left && y1 > low && x2 <= right && y2 <= high &&
    y2 - y1 >= MIN_CONTENT_SHARE * (high - low));
  return isClosed && holdsWriting ? posts : null;
}

/**
 * Level and upright lines that make rectangles around writing, and the upright ones that divide them.
 *
 * Three sides are enough where the fourth is the edge of the drawing.
 */
function findFrames(
  level: readonly Line[], upright: readonly Line[], free: readonly Box[], mask: Raster, turned: Raster,
): [Line[], Line[]] {
  const chosen: [Line[], Line[]] = [[], []];
  level.forEach((one, i) => {
    const cut = [0, mask.height - 1].map((at) => ({ ...one, at, slope: 0 }));
    for (const other of [...level.slice(i + 1), ...cut]) {
      const isAbove = lineRow(one, one.start) <= lineRow(other, other.start);
      const [top, bottom] = isAbove ? [one, other] : [other, one];
      const posts = findPosts(top, bottom, upright, free, mask);
      const near = CORNER_PX + one.thickness / 2;
      // A line alone is no frame.
      if (!posts || (cut.includes(other) && (!posts.length || !isOpen(turned, other.at, [top.start, top.end], near)))) continue;
      chosen[0].push(...[top, bottom].filter((line) => !cut.includes(line)));
      chosen[1].push(...posts);
    }
  });
  return chosen;
}

/** Whether some ink lies in a hole of other ink. */
function holdsInkInInk(mask: Raster): boolean {
  const { width, height } = mask;
  const paper = bytes(width + 2, height + 2);
  paper.data.fill(1);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (mask.data[y * width + x]) paper.data[(y + 1) * (width + 2) + x + 1] = 0;
  const holes = findComponents(paper, 4).labels; // the outside is the first
  const { labels } = findComponents(mask, 8);
  const met = new Set<number>();
  return labels.some((label, at) => {
    if (!label || met.has(label)) return false;
    met.add(label);
    // Above the first pixel of some ink lies what surrounds it.
    return holes[Math.floor(at / width) * (width + 2) + (at % width) + 1] !== 1;
  });
}

/** Whether some connected ink reaches the edge of the drawing and has other ink in its box, as a cut frame has. */
function holdsAtEdge(parts: readonly Component[], mask: Raster): boolean {
  const isWithin = (inner: Component, outer: Component): boolean => inner.area >= MIN_WRITING_AREA && inner.x > outer.x &&
    inner.y > outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
  return parts.some((outer) => Math.min(outer.width, outer.height) >= 3 * CORNER_PX &&
    (Math.min(outer.x, outer.y) <= 1 || outer.x + outer.width >= mask.width - 1 || outer.y + outer.height >= mask.height - 1) &&
    parts.some((inner) => isWithin(inner, outer)));
}

/**
 * Whether a mask may hold a line that is no writing; the search is dear, this is not.
 *
 * A ruling inks most columns, or rows, of some band from edge to edge; an underline hangs together and is much longer
 * than high; a frame has ink within it that does not touch it.
 */
function mayHoldLines(mask: Raster): boolean {
  for (const plane of [mask, transpose(mask)]) {
    const band = Math.max(3, 2 * Math.trunc(SLOPES.at(-1)! * plane.width) + 3);
    const filled = dilateBox(plane, 1, band);
    for (let y = 0; y < plane.height; y++) {
      let sum = 0;
      for (let x = 0; x < plane.width; x++) sum += filled.data[y * plane.width + x]!;
      if (sum / plane.width >= MIN_RULING_FILL) return true;
    }
  }
  const short = Math.min(mask.width, mask.height);
  const { parts } = findComponents(mask, 8);
  const isLong = parts
    .some(({ width, height }) => width >= Math.max(MIN_UNDERLINE_SHARE * short, MIN_UNDERLINE_ASPECT * height) - 2);
  // Corners may be open, and what is in the frame may be near it.
  return isLong || holdsAtEdge(parts, mask) || mayHoldComb(mask, parts) ||
    [1, 3, 2 * CORNER_PX + 1].some((reach) => holdsInkInInk(dilateBox(mask, reach, reach)));
}

/**
 * The level and the upright lines of a mask of zeros and ones that are no writing.
 *
 * @param paper where on a photograph there is paper, which may be held askew; all of it and straight where null.
 */
export function chooseLines(mask: Raster, paper: Raster | null, isDrawn: boolean): [readonly Line[], readonly Line[]] {
  const isStraight = mayHoldLines(mask);
  if (!paper && !isStraight) return [[], []];
  const held = paper ?? { ...mask, data: new Uint8Array(mask.data.length).fill(1) };
  const [turned, turnedHeld] = [transpose(mask), transpose(held)];
  const short = Math.min(mask.width, mask.height);
  const least = Math.max(12, roundEven(MIN_LINE_SHARE * short));
  const thickness = Math.max(3, roundEven(MAX_THICKNESS_SHARE * short) + 1);
  if (short < least) return [[], []];
  const search = (plane: Raster): Line[] =>
    isStraight ? measureBodies(findLevelLines(plane, least, thickness), plane) : [];
  const [level, upright] = [search(mask), search(turned)];
  const across = [
    reachAcross(paper ? findAskewLines(mask, thickness) : level, held),
    reachAcross(paper ? findAskewLines(turned, thickness) : upright, turnedHeld),
  ] as const;
  const long = standOut(level, short);
  const boxes = findBoxes(mask);
  const [framed, combs] = [findFrames(level, upright, boxes, mask, turned), findCombs(level, boxes, mask, isDrawn)];
  const frames = [[...framed[0], ...combs[0]], [...framed[1], ...combs[1]]] as const;
  const suspects = [[...across[0], ...long, ...frames[0]], [...across[1], ...frames[1]]] as const;
  if (!suspects[0].length && !suspects[1].length) return [[], []];
  const [levelPaint, uprightPaint] = [paint(suspects[0], mask), transpose(paint(suspects[1], turned))];
  const rest = { ...mask, data: mask.data.map((value, at) => value & (1 - levelPaint.data[at]!) & (1 - uprightPaint.data[at]!)) };
  const writing = findBoxes(rest);
  const turnedWriting = writing.map(([x1, y1, x2, y2]) => [y1, x1, y2, x2] as const);
  // A rail of a frame may be an underline as well, and a tooth a part of a ruling: once it is gone, a second go would
  // take the writing beside it.
  const longestOf = (lines: readonly Line[]): Line[] => dropCopies([...lines].sort((a, b) => lineLength(b) - lineLength(a)));
  return [
    longestOf([...frames[0], ...findRulings(across[0], writing, held, true), ...long.filter((line) => isUnderline(line, writing, mask)),
      ...long.filter((line) => isStrikethrough(line, rest))]),
    longestOf([...frames[1], ...findRulings(across[1], turnedWriting, turnedHeld, false)]),
  ];
}
