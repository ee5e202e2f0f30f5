/** What hangs together in a mask, labelled in OpenCV's order. */

import type { Raster } from './raster';

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
function mergeRuns(mask: Raster, corners: boolean): { labels: Int32Array; root: (label: number) => number; count: number } {
  const { width, height, data } = mask;
  const labels = new Int32Array(width * height);
  const parents: number[] = [0];
  const root = (label: number): number => {
    while (parents[label] !== label) label = parents[label] = parents[parents[label]!]!;
    return label;
  };
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (!data[at]) continue;
      let own = 0;
      const meet = (other: number): void => {
        if (!other) return;
        const theirs = root(other);
        if (!own) own = theirs;
        else if (own !== theirs) {
          const least = Math.min(own, theirs);
          parents[Math.max(own, theirs)] = least;
          own = least;
        }
      };
      if (x) meet(labels[at - 1]!);
      if (y) {
        meet(labels[at - width]!);
        if (corners && x) meet(labels[at - width - 1]!);
        if (corners && x + 1 < width) meet(labels[at - width + 1]!);
      }
      if (!own) {
        own = parents.length;
        parents.push(own);
      }
      labels[at] = own;
    }
  return { labels, root, count: parents.length };
}

/**
 * The connected parts of a mask of zeros and others.
 *
 * @param connectivity 8 joins pixels that touch by a corner, 4 does not.
 */
export function findComponents(mask: Raster, connectivity: 4 | 8): Components {
  const { labels, root, count } = mergeRuns(mask, connectivity === 8);
  const { width } = mask;
  const sums = Array.from({ length: count }, () => ({
    x1: Infinity, y1: Infinity, x2: -1, y2: -1, area: 0, xs: 0, ys: 0, order: Infinity,
  }));
  for (let at = 0; at < labels.length; at++) {
    if (!labels[at]) continue;
    labels[at] = root(labels[at]!);
    const sum = sums[labels[at]!]!;
    const y = Math.floor(at / width);
    const x = at - y * width;
    sum.x1 = Math.min(sum.x1, x);
    sum.x2 = Math.max(sum.x2, x);
    sum.y1 = Math.min(sum.y1, y);
    sum.y2 = Math.max(sum.y2, y);
    sum.area++;
    sum.xs += x;
    sum.ys += y;
    // OpenCV numbers 8-connected parts by the blocks of two by two pixels in which it meets them.
    sum.order = Math.min(sum.order, connectivity === 8 ? (y >> 1) * width + (x >> 1) : at);
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
