/** A drawing as PNG: of one channel where it has no colour, a third of what a canvas writes, so that links are short. */

import type { Raster } from '../pixels/raster';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function isGrey({ data }: Raster): boolean {
  for (let at = 0; at < data.length; at += 3) if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false;
  return true;
}

/** The check sum of a part of a PNG. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

/** A part of a PNG: its length, its name, what it holds, and the check sum of both. */
function chunk(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const part = new Uint8Array(content.length + 12);
  const view = new DataView(part.buffer);
  view.setUint32(0, content.length);
  part.set(new TextEncoder().encode(name), 4);
  part.set(content, 8);
  view.setInt32(content.length + 8, crc32(part.subarray(4, content.length + 8)));
  return part;
}

async function greyPng({ width, height, data }: Raster): Promise<Blob> {
  const header = new Uint8Array(13); // after both sides: bits, kind, packing, filter, interlace
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header[8] = 8;
  const rows = new Uint8Array(height * (width + 1)); // each with a 0 before it: not filtered, as flat paper packs best
  for (let k = 0; k < width * height; k++) rows[k + Math.floor(k / width) + 1] = data[3 * k]!;
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream('deflate'));
  const content = new Uint8Array(await new Response(packed).arrayBuffer());
  const parts = [chunk('IHDR', header), chunk('IDAT', content), chunk('IEND', new Uint8Array())];
  return new Blob([SIGNATURE, ...parts], { type: 'image/png' });
}

async function colourPng(image: Raster): Promise<Blob> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pixels = new ImageData(image.width, image.height);
  pixels.data.fill(255);
  for (let from = 0, to = 0; from < image.data.length; from += 3, to += 4)
    pixels.data.set(image.data.subarray(from, from + 3), to);
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  return canvas.convertToBlob();
}

/** @param image of three channels. */
export function toPng(image: Raster): Promise<Blob> {
  return isGrey(image) ? greyPng(image) : colourPng(image);
}
