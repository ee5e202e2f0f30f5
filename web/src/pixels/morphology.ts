/** Dilation, erosion and closing; what lies beyond the edge has no say unless said otherwise. */

import { type Raster, bytes, mapPixels, pad, cutOut } from './raster';

/** The largest of each stretch of `length` values along a line, from `anchor` before it (van Herk's running maximum). */
function spreadLine(line: Uint8Array, length: number, anchor: number, result: Uint8Array): void {
  const n = line.length;
  const size = n + length - 1;
  const prefix = new Uint8Array(size);
  const suffix = new Uint8Array(size);
  const value = (k: number): number => (k >= anchor && k - anchor < n ? line[k - anchor]! : 0);
  for (let k = 0; k < size; k++) prefix[k] = k % length ? Math.max(prefix[k - 1]!, value(k)) : value(k);
  for (let k = size - 1; k >= 0; k--)
    suffix[k] = k === size - 1 || (k + 1) % length === 0 ? value(k) : Math.max(suffix[k + 1]!, value(k));
  for (let k = 0; k < n; k++) result[k] = Math.max(suffix[k]!, prefix[k + length - 1]!);
}

/**
 * The darkest ink within a rectangle around each pixel.
 *
 * @param anchor place of the pixel in the rectangle, its middle unless given.
 */
export function dilateBox(
  image: Raster, width: number, height: number, anchor: readonly [number, number] = [width >> 1, height >> 1],
): Raster {
  const result = { ...image, data: image.data.slice() };
  const stride = image.channels;
  for (let c = 0; c < stride; c++) {
    const across = new Uint8Array(image.width);
    const wide = new Uint8Array(image.width);
    for (let y = 0; width > 1 && y < image.height; y++) {
      const start = y * image.width * stride + c;
      for (let x = 0; x < image.width; x++) across[x] = result.data[start + x * stride]!;
      spreadLine(across, width, anchor[0], wide);
      for (let x = 0; x < image.width; x++) result.data[start + x * stride] = wide[x]!;
    }
    const down = new Uint8Array(image.height);
    const tall = new Uint8Array(image.height);
    for (let x = 0; height > 1 && x < image.width; x++) {
      for (let y = 0; y < image.height; y++) down[y] = result.data[(y * image.width + x) * stride + c]!;
      spreadLine(down, height, anchor[1], tall);
      for (let y = 0; y < image.height; y++) result.data[(y * image.width + x) * stride + c] = tall[y]!;
    }
  }
  return result;
}

/**
 * The lightest pixel within a square around each.
 *
 * @param beyond what lies beyond the edge: nothing that counts, or 0.
 */
export function erodeBox(image: Raster, side: number, beyond: 'nothing' | 'zero' = 'nothing'): Raster {
  if (beyond === 'zero') {
    const around = pad(image, [side, side, side, side]);
    return cutOut(erodeBox(around, side), [side, side, side + image.width, side + image.height]);
  }
  const inverted = mapPixels(image, (value) => 255 - value);
  return mapPixels(dilateBox(inverted, side, side), (value) => 255 - value);
}

export function closeBox(image: Raster, side: number): Raster {
  return erodeBox(dilateBox(image, side, side), side);
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
  const spread = new Map<string, Raster>();
  ellipseRows(side).forEach(({ first, last }, row) => {
    if (last <= first) return;
    const key = `${first} ${last}`;
    const wide = spread.get(key) ?? dilateBox(image, last - first, 1, [radius - first, 0]);
    spread.set(key, wide);
    for (let y = 0; y < image.height; y++) {
      const from = y + row - radius;
      if (from < 0 || from >= image.height) continue;
      for (let x = 0, a = y * image.width, b = from * image.width; x < image.width; x++, a++, b++)
        if (wide.data[b]! > result.data[a]!) result.data[a] = wide.data[b]!;
    }
  });
  return result;
}
