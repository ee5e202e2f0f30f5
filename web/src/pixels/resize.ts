/** Resizing as OpenCV does it: area averages to reduce, bilinear to enlarge, with its rounding. */

import { type FloatRaster, type Raster, bytes, clamp, floats, roundEven } from './raster';

interface Share {
  readonly to: number;
  readonly from: number;
  readonly weight: number;
}

const LINEAR_ONE = 2048; // OpenCV's weights of bytes are whole 2048ths

/** Which pixels of a side go into which of the reduced side, and with what share. */
function areaShares(length: number, reduced: number, scale: number): Share[] {
  const shares: Share[] = [];
  for (let to = 0; to < reduced; to++) {
    const start = to * scale;
    const end = start + scale;
    const cell = Math.min(scale, length - start);
    const last = Math.min(Math.floor(end), length - 1);
    const first = Math.min(Math.ceil(start), last);
    if (first - start > 1e-3) shares.push({ to, from: first - 1, weight: Math.fround((first - start) / cell) });
    for (let from = first; from < last; from++) shares.push({ to, from, weight: Math.fround(1 / cell) });
    if (end - last > 1e-3)
      shares.push({ to, from: last, weight: Math.fround(Math.min(end - last, 1, cell) / cell) });
  }
  return shares;
}

/** Whole blocks of pixels have a path of their own, with other rounding. */
function averageBlocks(image: Raster | FloatRaster, across: number, down: number, result: Raster | FloatRaster): void {
  const { channels, width } = image;
  const isByte = image.data instanceof Uint8Array;
  const share = Math.fround(1 / (across * down));
  for (let y = 0, at = 0; y < result.height; y++)
    for (let x = 0; x < result.width; x++)
      for (let c = 0; c < channels; c++, at++) {
        let sum = 0;
        for (let j = 0; j < down; j++)
          for (let i = 0; i < across; i++)
            sum += image.data[((y * down + j) * width + x * across + i) * channels + c]!;
        if (!isByte) result.data[at] = Math.fround(sum) * share;
        else result.data[at] = across === 2 && down === 2 ? (sum + 2) >> 2 : roundEven(Math.fround(sum * share));
      }
}

function averageArea<Values extends Raster | FloatRaster>(image: Values, result: Values, across: number, down: number): Values {
  if (Number.isInteger(across) && Number.isInteger(down)) {
    averageBlocks(image, across, down, result);
    return result;
  }
  const { channels } = image;
  const columns = areaShares(image.width, result.width, across);
  const rows = areaShares(image.height, result.height, down);
  const line = new Float32Array(result.width * channels);
  const sum = new Float32Array(result.width * channels);
  const isByte = image.data instanceof Uint8Array;
  const store = (row: number): void => {
    for (let k = 0, at = row * sum.length; k < sum.length; k++, at++)
      result.data[at] = isByte ? clamp(roundEven(sum[k]!), 0, 255) : sum[k]!;
  };
  let before = 0;
  for (const { to, from, weight } of rows) {
    line.fill(0);
    const start = from * image.width * channels;
    for (const share of columns)
      for (let c = 0; c < channels; c++) {
        const k = share.to * channels + c;
        line[k] = line[k]! + Math.fround(image.data[start + share.from * channels + c]! * share.weight);
      }
    if (to !== before) {
      store(before);
      sum.fill(0);
      before = to;
    }
    for (let k = 0; k < sum.length; k++) sum[k] = sum[k]! + Math.fround(weight * line[k]!);
  }
  store(before);
  return result;
}

interface LinearAxis {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly shares: Float32Array; // of the second
  readonly weights: Int32Array; // the same in LINEAR_ONE
  readonly rest: Int32Array; // of the first
}

/**
 * Between which two pixels each new one lies.
 *
 * @param areaLike how OpenCV enlarges a side when it is asked for areas.
 * @param sharp beyond the outermost pixel its share is whole; down a picture OpenCV shares it between itself twice.
 */
function linearAxis(length: number, wanted: number, areaLike: boolean, sharp: boolean): LinearAxis {
  const inverse = wanted / length;
  const scale = 1 / inverse;
  const axis = {
    first: new Int32Array(wanted), second: new Int32Array(wanted), shares: new Float32Array(wanted),
    weights: new Int32Array(wanted), rest: new Int32Array(wanted),
  };
  for (let k = 0; k < wanted; k++) {
    let place = Math.fround((k + 0.5) * scale - 0.5);
    let from = Math.floor(place);
    let share = Math.fround(place - from);
    if (areaLike) {
      from = Math.floor(k * scale);
      place = Math.fround(k + 1 - (from + 1) * inverse);
      share = place <= 0 ? 0 : Math.fround(place - Math.floor(place));
    }
    if (sharp && (from < 0 || from >= length - 1)) share = 0;
    axis.first[k] = clamp(from, 0, length - 1);
    axis.second[k] = clamp(from + 1, 0, length - 1);
    axis.shares[k] = share;
    axis.weights[k] = roundEven(share * LINEAR_ONE);
    axis.rest[k] = roundEven(Math.fround(1 - share) * LINEAR_ONE);
  }
  return axis;
}

function interpolate(image: Raster, width: number, height: number, areaLike: boolean): Raster {
  const { channels } = image;
  const across = linearAxis(image.width, width, areaLike, true);
  const down = linearAxis(image.height, height, areaLike, false);
  const result = bytes(width, height, channels);
  const blend = (row: number, x: number, c: number): number => {
    const start = row * image.width;
    return image.data[(start + across.first[x]!) * channels + c]! * across.rest[x]! +
      image.data[(start + across.second[x]!) * channels + c]! * across.weights[x]!;
  };
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++, at++) {
        const high = (down.rest[y]! * (blend(down.first[y]!, x, c) >> 4)) >> 16;
        const low = (down.weights[y]! * (blend(down.second[y]!, x, c) >> 4)) >> 16;
        result.data[at] = clamp((high + low + 2) >> 2, 0, 255);
      }
  return result;
}

/** A picture reduced to area averages. */
export function resizeArea(image: Raster, width: number, height: number): Raster {
  const [across, down] = [image.width / width, image.height / height];
  if (width === image.width && height === image.height) return { ...image, data: image.data.slice() };
  if (across < 1 || down < 1) return interpolate(image, width, height, true);
  return averageArea(image, bytes(width, height, image.channels), across, down);
}

/** Numbers with a point, reduced to area averages; neither side may grow but by a cell of its own. */
export function resizeFloatArea(image: FloatRaster, width: number, height: number): FloatRaster {
  const across = image.width / width;
  const down = image.height / height;
  if (across < 1 || down < 1) return interpolateFloats(image, width, height);
  return averageArea(image, floats(width, height, image.channels), across, down);
}

function interpolateFloats(image: FloatRaster, width: number, height: number): FloatRaster {
  const { channels } = image;
  const across = linearAxis(image.width, width, true, true);
  const down = linearAxis(image.height, height, true, false);
  const result = floats(width, height, channels);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++, at++) {
        const value = (row: number, column: number): number => image.data[(row * image.width + column) * channels + c]!;
        const line = (row: number): number =>
          value(row, across.first[x]!) * (1 - across.shares[x]!) + value(row, across.second[x]!) * across.shares[x]!;
        result.data[at] = line(down.first[y]!) * (1 - down.shares[y]!) + line(down.second[y]!) * down.shares[y]!;
      }
  return result;
}

export function resizeLinear(image: Raster, width: number, height: number): Raster {
  if (width === image.width && height === image.height) return { ...image, data: image.data.slice() };
  if (image.width === 2 * width && image.height === 2 * height) return resizeArea(image, width, height);
  return interpolate(image, width, height, false);
}

export function resizeNearest(image: Raster, width: number, height: number): Raster {
  const result = bytes(width, height, image.channels);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.min(Math.floor(y * (1 / (height / image.height))), image.height - 1);
    for (let x = 0; x < width; x++) {
      const column = Math.min(Math.floor(x * (1 / (width / image.width))), image.width - 1);
      for (let c = 0; c < image.channels; c++, at++)
        result.data[at] = image.data[(row * image.width + column) * image.channels + c]!;
    }
  }
  return result;
}
