/** Smoothing and levels, with OpenCV's rounding. */

import { type Raster, bytes, clamp, roundEven } from './raster';

/** The middle value of a square around each pixel; the edge goes on beyond itself. */
export function medianBlur(image: Raster, side: number): Raster {
  const { width, height, channels, data } = image;
  const reach = side >> 1;
  const half = (side * side) >> 1;
  const result = bytes(width, height, channels);
  const counts = new Int32Array(256);
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      counts.fill(0);
      let middle = 0;
      let below = 0; // pixels darker than the middle
      const addColumn = (column: number, by: number): void => {
        const x = clamp(column, 0, width - 1);
        for (let j = -reach; j <= reach; j++) {
          const value = data[(clamp(y + j, 0, height - 1) * width + x) * channels + c]!;
          counts[value] = counts[value]! + by;
          if (value < middle) below += by;
        }
      };
      for (let column = -reach; column <= reach; column++) addColumn(column, 1);
      for (let x = 0; x < width; x++) {
        if (x) {
          addColumn(x - reach - 1, -1);
          addColumn(x + reach, 1);
        }
        while (below > half) below -= counts[--middle]!;
        while (below + counts[middle]! <= half) below += counts[middle++]!;
        result.data[(y * width + x) * channels + c] = middle;
      }
    }
  return result;
}

/** Weights of a Gaussian in 256ths that sum to 256: what one is rounded by goes to the next. */
function gaussianWeights(side: number, sigma: number): number[] {
  const exact = Array.from({ length: side }, (_, k) => Math.exp((-0.5 * (k - (side - 1) / 2) ** 2) / (sigma * sigma)));
  const total = exact.reduce((sum, weight) => sum + weight, 0);
  const weights = new Array<number>(side).fill(0);
  const half = side >> 1;
  let error = 0;
  let sum = 0;
  for (let k = 0; k < half; k++) {
    const wanted = (exact[k]! / total) * 256 + error;
    const weight = roundEven(wanted);
    error = wanted - weight;
    weights[k] = weights[side - 1 - k] = weight;
    sum += 2 * weight;
  }
  weights[half] = 256 - sum;
  return weights;
}

/** Where a place beyond the edge is looked up: mirrored about the outermost pixel. */
function mirrored(place: number, length: number): number {
  if (length === 1) return 0;
  while (place < 0 || place >= length) place = place < 0 ? -place : 2 * length - 2 - place;
  return place;
}

function blurWith(image: Raster, weights: readonly number[]): Raster {
  const { width, height, channels } = image;
  const reach = weights.length >> 1;
  const across = new Float64Array(width * height * channels);
  const columns = Array.from({ length: width + 2 * reach }, (_, k) => mirrored(k - reach, width) * channels);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++, at++) {
        let sum = 0;
        const start = y * width * channels + c;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * image.data[start + columns[x + k]!]!;
        across[at] = sum;
      }
  const result = bytes(width, height, channels);
  const stride = width * channels;
  for (let y = 0; y < height; y++) {
    const rows = weights.map((_, k) => mirrored(y + k - reach, height) * stride);
    for (let x = 0; x < stride; x++) {
      let sum = 1 << 15;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * across[rows[k]! + x]!;
      result.data[y * stride + x] = clamp(Math.floor(sum / 65536), 0, 255);
    }
  }
  return result;
}

/** Smoothed by a Gaussian of this deviation in pixels. */
export function gaussianBlur(image: Raster, sigma: number): Raster {
  return blurWith(image, gaussianWeights(roundEven(sigma * 6 + 1) | 1, sigma));
}

/** Smoothed by the smallest Gaussian there is, three by three pixels. */
export function gaussianBlur3(image: Raster): Raster {
  return blurWith(image, [64, 128, 64]);
}

/** Grey from red, green and blue. */
export function toGrey(image: Raster): Raster {
  const grey = bytes(image.width, image.height);
  for (let at = 0, from = 0; at < grey.data.length; at++, from += 3)
    grey.data[at] =
      (image.data[from]! * 9798 + image.data[from + 1]! * 19235 + image.data[from + 2]! * 3735 + 16384) >> 15;
  return grey;
}

/** The level that parts dark from light best (Otsu 1979): above it is light. */
export function otsuLevel(levels: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const value of levels) counts[value] = counts[value]! + 1;
  const share = 1 / levels.length;
  const mean = counts.reduce((sum, count, value) => sum + value * count, 0) * share;
  let [dark, darkMean, best, level] = [0, 0, 0, 0];
  for (let value = 0; value < 256; value++) {
    const weight = counts[value]! * share;
    darkMean *= dark;
    dark += weight;
    const light = 1 - dark;
    if (Math.min(dark, light) < 1.1920929e-7 || Math.max(dark, light) > 1 - 1.1920929e-7) continue;
    darkMean = (darkMean + value * weight) / dark;
    const lightMean = (mean - dark * darkMean) / light;
    const spread = dark * light * (darkMean - lightMean) ** 2;
    if (spread > best) [best, level] = [spread, value];
  }
  return level;
}

/**
 * A picture moved by x' = a x + b y + c, y' = d x + e y + f, each new pixel from the nearest old one, 0 beyond the edge.
 *
 * @param matrix a, b, c, d, e, f.
 */
export function warpNearest(
  image: Raster, [a, b, c, d, e, f]: readonly [number, number, number, number, number, number],
  width: number, height: number,
): Raster {
  const scale = 1 / (a * e - b * d);
  const [m0, m1, m3, m4] = [e * scale, -b * scale, -d * scale, a * scale];
  const [m2, m5] = [-m0 * c - m1 * f, -m3 * c - m4 * f];
  const result = bytes(width, height);
  const along = Array.from({ length: width }, (_, x) => [roundEven(m0 * x * 1024), roundEven(m3 * x * 1024)] as const);
  for (let y = 0; y < height; y++) {
    const startX = roundEven((m1 * y + m2) * 1024) + 512;
    const startY = roundEven((m4 * y + m5) * 1024) + 512;
    for (let x = 0; x < width; x++) {
      const column = (startX + along[x]![0]) >> 10;
      const row = (startY + along[x]![1]) >> 10;
      if (column >= 0 && row >= 0 && column < image.width && row < image.height)
        result.data[y * width + x] = image.data[row * image.width + column]!;
    }
  }
  return result;
}
