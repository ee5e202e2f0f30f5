/** Pixels row by row, channels interleaved: what OpenCV's arrays are on the other side. */

export interface Raster<Values extends Uint8Array | Float32Array = Uint8Array> {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Values;
}

export type FloatRaster = Raster<Float32Array>;

/** x1, y1, x2, y2 with the ends excluded. */
export type Box = readonly [number, number, number, number];

export function bytes(width: number, height: number, channels = 1): Raster {
  return { width, height, channels, data: new Uint8Array(width * height * channels) };
}

export function floats(width: number, height: number, channels = 1): FloatRaster {
  return { width, height, channels, data: new Float32Array(width * height * channels) };
}

/** The nearest whole number, halves to the even one: Python's and OpenCV's rounding. */
export function roundEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** A byte from a number: rounded, halves to even, and cut off at both ends. */
export function toByte(value: number): number {
  return clamp(roundEven(value), 0, 255);
}

/** Every level changed in one way: a function of the level alone. */
export function mapPixels(image: Raster, change: (value: number) => number): Raster {
  const table = Uint8Array.from({ length: 256 }, (_, value) => change(value));
  const data = new Uint8Array(image.data.length);
  for (let at = 0; at < data.length; at++) data[at] = table[image.data[at]!]!;
  return { ...image, data };
}

/** The larger value of two images of one size at every pixel. */
export function darkest(a: Raster, b: Raster): Raster {
  return { ...a, data: a.data.map((value, at) => Math.max(value, b.data[at]!)) };
}

/** The smaller value of two images of one size at every pixel. */
export function lightest(a: Raster, b: Raster): Raster {
  return { ...a, data: a.data.map((value, at) => Math.min(value, b.data[at]!)) };
}

/** 255 where a pixel is above the threshold, else 0. */
export function threshold(image: Raster, above: number, full = 255): Raster {
  return mapPixels(image, (value) => (value > above ? full : 0));
}

export function countNonZero(image: Raster): number {
  let count = 0;
  for (const value of image.data) if (value) count++;
  return count;
}

/** A copy of a window that lies within the picture. */
export function cutOut(image: Raster, [x1, y1, x2, y2]: Box): Raster {
  const { channels } = image;
  const part = bytes(x2 - x1, y2 - y1, channels);
  for (let y = y1; y < y2; y++) {
    const from = (y * image.width + x1) * channels;
    part.data.set(image.data.subarray(from, from + part.width * channels), (y - y1) * part.width * channels);
  }
  return part;
}

/** Puts a part where it was cut out. */
export function paste(image: Raster, part: Raster, [x1, y1]: Box): void {
  const line = part.width * part.channels;
  for (let y = 0; y < part.height; y++)
    image.data.set(part.data.subarray(y * line, (y + 1) * line), ((y1 + y) * image.width + x1) * image.channels);
}

/** The picture within a border of zeros, or of the pixels along its edge. */
export function pad(
  image: Raster,
  [left, top, right, bottom]: readonly [number, number, number, number],
  border: 'zero' | 'edge' = 'zero',
): Raster {
  const { channels } = image;
  const padded = bytes(image.width + left + right, image.height + top + bottom, channels);
  const [row, line] = [image.width * channels, padded.width * channels];
  for (let y = 0; y < image.height; y++)
    padded.data.set(image.data.subarray(y * row, (y + 1) * row), (y + top) * line + left * channels);
  if (border === 'zero') return padded;
  for (let y = top; y < top + image.height; y++)
    for (let x = 0; x < padded.width; x++) {
      const from = (y * padded.width + clamp(x, left, left + image.width - 1)) * channels;
      padded.data.copyWithin((y * padded.width + x) * channels, from, from + channels);
    }
  for (let y = 0; y < padded.height; y++) {
    const from = clamp(y, top, top + image.height - 1) * line;
    padded.data.copyWithin(y * line, from, from + line);
  }
  return padded;
}

/** Columns as rows; one channel. */
export function transpose(image: Raster): Raster {
  const turned = bytes(image.height, image.width);
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++) turned.data[x * image.height + y] = image.data[y * image.width + x]!;
  return turned;
}

/** Which columns and which rows have a pixel that is not 0. */
export function inkedAxes(image: Raster): { columns: boolean[]; rows: boolean[] } {
  const columns = new Array<boolean>(image.width).fill(false);
  const rows = new Array<boolean>(image.height).fill(false);
  for (let y = 0, at = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++, at++) if (image.data[at]) columns[x] = rows[y] = true;
  return { columns, rows };
}

/** The smallest box around all pixels that are not 0; null where there is none. */
export function boundingBox(image: Raster): Box | null {
  const { columns, rows } = inkedAxes(image);
  const x1 = columns.indexOf(true);
  if (x1 < 0) return null;
  return [x1, rows.indexOf(true), columns.lastIndexOf(true) + 1, rows.lastIndexOf(true) + 1];
}

/** Whether anything lies along the edge of a mask. */
export function touchesEdge({ width, height, data }: Raster): boolean {
  for (let x = 0; x < width; x++) if (data[x] || data[(height - 1) * width + x]) return true;
  for (let y = 0; y < height; y++) if (data[y * width] || data[(y + 1) * width - 1]) return true;
  return false;
}

/** The middle of some numbers, the mean of the two middle ones where their count is even. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** NumPy's quantile: linear between the two nearest of the sorted values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)]!;
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place));
}
