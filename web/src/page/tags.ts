/** Where the tags of objects go on a drawing, so that they cover little of one another and of other objects. */

import constants from '../constants.json';
import type { BoxCorners } from '../detectors/detections';

const { MOVED_COST, TAG_COST } = constants['ui.html.tags'];

/** Width of a tag with an object's letter and this label. */
export function tagWidth(label: string, font: number): number {
  return (0.6 * label.length + 1.5) * font;
}

/** Area that two rectangles share. */
function covered(a: BoxCorners, b: BoxCorners): number {
  return Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
}

/** Left and top of each object's tag: at that corner of its box where the tag covers least of other tags and boxes. */
export function placeTags(boxes: readonly BoxCorners[], widths: readonly number[], tall: number, [width, height]: readonly [number, number]): [number, number][] {
  const placed: BoxCorners[] = [];
  boxes.forEach(([x1, y1, x2, y2], number) => {
    const wide = widths[number]!;
    const lefts = [x1, x2 - wide].map((x) => Math.min(Math.max(x, 0), Math.max(width - wide, 0)));
    const inside = [y1 - tall, y2].filter((y) => y >= 0 && y <= height - tall);
    const tops = inside.length ? inside : [Math.min(Math.max(y2, 0), height - tall)];
    const spots = tops.flatMap((y) => lefts.map((x): BoxCorners => [x, y, x + wide, y + tall]));
    const others = boxes.filter((_, k) => k !== number);
    const sum = (spot: BoxCorners, each: readonly BoxCorners[]): number => each.reduce((total, box) => total + covered(spot, box), 0);
    const costs = spots.map((spot, place) =>
      (place > 0 ? MOVED_COST * wide * tall : 0) + TAG_COST * sum(spot, placed) + sum(spot, others));
    placed.push(spots[costs.indexOf(Math.min(...costs))]!);
  });
  return placed.map(([x, y]) => [x, y]);
}
