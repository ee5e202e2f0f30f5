/** What hangs together in a mask, labelled in OpenCV's order. */

import { type Raster, bytes } from './raster';

export interface Component {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly area: number;
  /** The mean of its pixels, x and y. */
  readonly centre: readonly [number, number];
}

export interface Components {
  /** Number of each pixel's component, from 1; 0 is no ink. */
  readonly labels: Int32Array;
  /** By number less one. */
  readonly parts: readonly Component[];
}

/** Provisional numbers of all pixels, and which of them mean one component. */
class Numbering {
  readonly labels: Int32Array;
  private readonly parents: number[] = [0];

  constructor({ width, height, data }: Raster, corners: boolean) {
    const labels = (this.labels = new Int32Array(width * height));
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        if (!data[at]) continue;
        let own = x ? labels[at - 1]! : 0;
        if (y) {
          const above = at - width;
          if (labels[above]) own = this.join(own, labels[above]!);
          else if (corners) { // what is inked above joins its own neighbours already
            if (x && labels[above - 1]) own = this.join(own, labels[above - 1]!);
            if (x + 1 < width && labels[above + 1]) own = this.join(own, labels[above + 1]!);
          }
        }
        labels[at] = own || this.parents.push(this.parents.length) - 1;
      }
  }

  get count(): number {
    return this.parents.length;
  }

  root(label: number): number {
    const { parents } = this;
    while (parents[label] !== label) label = parents[label] = parents[parents[label]!]!;
    return label;
  }

  private join(one: number, other: number): number {
    if (!one || one === other) return other;
    const [a, b] = [this.root(one), this.root(other)];
    if (a !== b) this.parents[Math.max(a, b)] = Math.min(a, b);
    return Math.min(a, b);
  }
}

/**
 * The connected parts of a mask of zeros and others.
 *
 * @param connectivity 8 joins pixels that touch by a corner, 4 does not.
 */
export function findComponents(mask: Raster, connectivity: 4 | 8): Components {
  const numbering = new Numbering(mask, connectivity === 8);
  const { labels, count } = numbering;
  const { width } = mask;
  const sums = Array.from({ length: count }, () => ({
    x1: Infinity, y1: Infinity, x2: -1, y2: -1, area: 0, xs: 0, ys: 0, order: Infinity,
  }));
  for (let at = 0; at < labels.length; at++) {
    if (!labels[at]) continue;
    labels[at] = numbering.root(labels[at]!);
    const sum = sums[labels[at]!]!;
    const y = Math.floor(at / width);
    const x = at - y * width;
    if (x < sum.x1) sum.x1 = x;
    if (x > sum.x2) sum.x2 = x;
    if (y < sum.y1) sum.y1 = y;
    if (y > sum.y2) sum.y2 = y;
    sum.area++;
    sum.xs += x;
    sum.ys += y;
    // OpenCV numbers 8-connected parts by the blocks of two by two pixels in which it meets them.
    const order = connectivity === 8 ? (y >> 1) * width + (x >> 1) : at;
    if (order < sum.order) sum.order = order;
  }
  const found = [...sums.keys()].filter((label) => sums[label]!.area).sort((a, b) => sums[a]!.order - sums[b]!.order);
  const numbers = new Int32Array(count);
  found.forEach((label, k) => (numbers[label] = k + 1));
  for (let at = 0; at < labels.length; at++) if (labels[at]) labels[at] = numbers[labels[at]!]!;
  const parts = found.map((label) => {
    const { x1, y1, x2, y2, area, xs, ys } = sums[label]!;
    return { x: x1, y: y1, width: x2 - x1 + 1, height: y2 - y1 + 1, area, centre: [xs / area, ys / area] as const };
  });
  return { labels, parts };
}

/** The pixels of one part in its box, 0 or 255. */
export function cutPart(labels: Int32Array, number: number, { x, y, width, height }: Component, across: number): Raster {
  const own = bytes(width, height);
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, at++)
      if (labels[(y + row) * across + x + column] === number) own.data[at] = 255;
  return own;
}
