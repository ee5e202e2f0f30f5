/** Dilation, erosion and closing; what lies beyond the edge has no say unless said otherwise. */

import { type Raster, bytes, cutOut, mapPixels, pad } from './raster';

/**
 * In place, the largest of each value and the `length - 1` after it, each `shift` further on: windows that double.
 */
function spread(values: Uint8Array, length: number, shift: number): void {
  const grow = (by: number): void => {
    for (let at = 0, from = by * shift; from < values.length; at++, from++)
      if (values[from]! > values[at]!) values[at] = values[from]!;
  };
  let covered = 1;
  for (; 2 * covered <= length; covered *= 2) grow(covered);
  if (covered < length) grow(length - covered);
}

/**
 * The darkest ink within a rectangle around each pixel.
 *
 * @param anchor place of the pixel in the rectangle, its middle unless given.
 */
export function dilateBox(
  image: Raster, width: number, height: number, anchor: readonly [number, number] = [width >> 1, height >> 1],
): Raster {
  const [left, top] = anchor;
  const padded = pad(image, [left, top, width - 1 - left, height - 1 - top]);
  if (width > 1) spread(padded.data, width, image.channels);
  if (height > 1) spread(padded.data, height, padded.width * image.channels);
  return cutOut(padded, [0, 0, image.width, image.height]);
}

/**
 * The lightest pixel within a square around each.
 *
 * @param beyond what lies beyond the edge: nothing that counts, or 0.
 */
export function erodeBox(image: Raster, side: number, beyond: 'nothing' | 'zero' = 'nothing'): Raster {
  const invert = (value: number): number => 255 - value;
  const eroded = mapPixels(dilateBox(mapPixels(image, invert), side, side), invert);
  if (beyond === 'nothing') return eroded;
  const reach = side >> 1;
  const inner = [reach, reach, image.width - reach, image.height - reach] as const;
  if (inner[2] <= inner[0] || inner[3] <= inner[1]) return bytes(image.width, image.height, image.channels);
  return pad(cutOut(eroded, inner), [reach, reach, reach, reach]);
}

export function closeBox(image: Raster, side: number): Raster {
  return erodeBox(dilateBox(image, side, side), side);
}

/** The darkest ink on a diagonal of a square around each pixel; `slope` 1 falls from left to right, -1 rises. */
function dilateDiagonal(image: Raster, side: number, slope: 1 | -1): Raster {
  const { width, height } = image;
  const result = { ...image, data: image.data.slice() };
  const reach = side >> 1;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++)
      for (let step = -reach; step <= reach; step++) {
        const row = y + slope * step;
        if (row < 0 || row >= height || x + step < 0 || x + step >= width) continue;
        const value = image.data[row * width + x + step]!;
        if (value > result.data[at]!) result.data[at] = value;
      }
  return result;
}

/** Ink closed by a diagonal of a square, whose side is odd. */
export function closeDiagonal(image: Raster, side: number, slope: 1 | -1): Raster {
  const invert = (value: number): number => 255 - value;
  return mapPixels(dilateDiagonal(mapPixels(dilateDiagonal(image, side, slope), invert), side, slope), invert);
}

/** Half-width of each row of OpenCV's ellipse in a square, and where its middle is. */
export function ellipseRows(side: number): { first: number; last: number }[] {
  const radius = side >> 1;
  return Array.from({ length: side }, (_, row) => {
    const dy = row - radius;
    if (Math.abs(dy) > radius) return { first: 0, last: 0 };
    const reach = radius ? Math.round(radius * Math.sqrt((radius * radius - dy * dy) / (radius * radius))) : 0;
    return { first: Math.max(radius - reach, 0), last: Math.min(radius + reach + 1, side) };
  });
}

/** The darkest ink within an ellipse in a square around each pixel. */
export function dilateEllipse(image: Raster, side: number): Raster {
  const radius = side >> 1;
  const result = bytes(image.width, image.height);
  const known = new Map<string, Raster>();
  ellipseRows(side).forEach(({ first, last }, row) => {
    if (last <= first) return;
    const key = `${first} ${last}`;
    const wide = known.get(key) ?? dilateBox(image, last - first, 1, [radius - first, 0]);
    known.set(key, wide);
    for (let y = 0; y < image.height; y++) {
      const from = y + row - radius;
      if (from < 0 || from >= image.height) continue;
      for (let x = 0, a = y * image.width, b = from * image.width; x < image.width; x++, a++, b++)
        if (wide.data[b]! > result.data[a]!) result.data[a] = wide.data[b]!;
    }
  });
  return result;
}

/** Ink closed by an ellipse in a square, whose side is odd. */
export function closeEllipse(image: Raster, side: number): Raster {
  const invert = (value: number): number => 255 - value;
  return mapPixels(dilateEllipse(mapPixels(dilateEllipse(image, side), invert), side), invert);
}
