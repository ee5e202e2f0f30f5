/** A view of the page, drawing and settings, as text that fits into a link; both editions read it. */

import constants from '../constants.json';
import { CONFIDENCE, IOU } from '../detectors/detector';
import { DrawingError } from '../ink/drawing';
import { clamp } from '../pixels/raster';
import { readPicture } from './pictures';

const { MAX_LINK_CHARACTERS, MAX_UNPACKED_BYTES, MAX_VIEW_CHARACTERS } = constants['ui.link'];
const UNREADABLE = 'This link holds no drawing that can be read; it may have been cut off.';

/** The settings of the page: what a visitor wants to see of the readings. */
export interface View {
  readonly methods: readonly string[];
  readonly confidence: number;
  readonly iou: number;
}

async function passThrough(data: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([data]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > most) throw new Error('too large');
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

/** The drawing, as PNG, and the settings as letters, digits, `-` and `_`; null where that is too long for a link. */
export async function packView(png: Blob, view: View): Promise<string | null> {
  const settings = new TextEncoder().encode(JSON.stringify(view));
  const data = new Uint8Array(await new Blob([Uint8Array.of(settings.length >> 8, settings.length & 255), settings, png]).arrayBuffer());
  const packed = await passThrough(data, new CompressionStream('deflate'), MAX_UNPACKED_BYTES);
  const text = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(''));
  const link = text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return link.length > MAX_LINK_CHARACTERS ? null : link;
}

function numberOr(value: unknown, usual: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : usual;
}

/**
 * What was packed, here or by the server's page.
 *
 * @throws {DrawingError} it is no view; anyone can write a link.
 */
export async function unpackView(text: string): Promise<{ pixels: ImageData; view: View }> {
  try {
    if (text.length > MAX_VIEW_CHARACTERS) throw new Error('too long');
    const raw = Uint8Array.from(atob(text.trim().replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
    const data = await passThrough(raw, new DecompressionStream('deflate'), MAX_UNPACKED_BYTES);
    const end = 2 + data[0]! * 256 + data[1]!;
    const settings = JSON.parse(new TextDecoder().decode(data.subarray(2, end))) as Record<string, unknown>;
    const methods = Array.isArray(settings['methods']) ? settings['methods'].map(String) : [];
    const view = {
      methods,
      confidence: clamp(numberOr(settings['confidence'], CONFIDENCE), 0.05, 0.95),
      iou: clamp(numberOr(settings['iou'], IOU), 0.1, 0.9),
    };
    return { pixels: await readPicture(new Blob([data.subarray(end)], { type: 'image/png' })), view };
  } catch (error) {
    console.warn('refused:', error);
    throw new DrawingError(UNREADABLE);
  }
}
