/** Pictures that a person opens, and how the sheet shows them. */

import { DrawingError, MAX_PIXELS } from '../ink/drawing';
import { type Raster, median } from '../pixels/raster';

const MAX_PICTURE_SIDE_PX = 800; // as on the server's page: larger ones are read as they are, and reduced to be shown

/** Levels of the outermost pixels. */
function rim({ width, height, channels, data }: Raster): number[] {
  const levels: number[] = [];
  for (let y = 0; y < height; y++)
    for (const x of y === 0 || y === height - 1 ? Array(width).keys() : [0, width - 1])
      for (let c = 0; c < 3; c++) levels.push(data[(y * width + x) * channels + c]!);
  return levels;
}

/** Grey level of a pen that shows on a picture's paper: black, or white on dark paper. */
export function penLevel(picture: Raster): number {
  return median(rim(picture)) >= 128 ? 0 : 255;
}

/**
 * A picture file's pixels, turned as its camera says.
 *
 * @throws {DrawingError} it is none that this browser can read, or too large.
 */
export async function readPicture(file: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) throw new DrawingError('That is not a picture that can be read; use PNG, JPEG, WebP, BMP or GIF.');
  if (bitmap.width * bitmap.height > MAX_PIXELS)
    throw new DrawingError(`The picture is too large: ${bitmap.width} x ${bitmap.height} pixels, at most ${MAX_PIXELS / 1e6} million.`);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** The pixels of a picture that a data URL holds. */
export async function pixelsOf(dataUrl: string): Promise<ImageData> {
  const image = new Image();
  image.src = dataUrl;
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext('2d')!;
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** A drawing in the middle of a square of its own paper, as the sheet shows it, as a data URL. */
export async function squarePicture(drawing: Blob): Promise<string> {
  const bitmap = await createImageBitmap(drawing);
  const scale = Math.min(1, MAX_PICTURE_SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.max(width, height);
  const context = canvas.getContext('2d')!;
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const shown = { width, height, channels: 4, data: new Uint8Array(data.buffer) };
  const level = (c: number): number => median(rim(shown).filter((_, k) => k % 3 === c));
  context.fillStyle = `rgb(${level(0)} ${level(1)} ${level(2)})`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, (canvas.width - width) >> 1, (canvas.height - height) >> 1, width, height);
  return canvas.toDataURL('image/png');
}
