/** Writes in the visitor's hand beside the page, so that the pen never waits; begun where that is first asked for. */

import { textOf } from '../handwriting/examples';
import { type Writer, readWriter } from '../handwriting/writer';
import { DrawingError } from '../ink/drawing';
import { Downloads, type Sizes } from './downloads';
import type { Written, WritingFailure, WritingRequest } from './messages';

declare const FILE_SIZES: Sizes; // put in by the build

const NAME = 'handwriting';

const downloads = new Downloads(new URL('./', self.location.href), FILE_SIZES, () => {});
let loading: Promise<Writer> | null = null;

function loadWriter(): Promise<Writer> {
  loading ??= downloads.bytes(`weights/${NAME}.safetensors`, NAME).then((file) => readWriter(file));
  loading.catch(() => (loading = null)); // so that it can be tried again
  return loading;
}

async function write({ id, examples, text, strength, seed, choices }: WritingRequest): Promise<Written> {
  const writer = await loadWriter();
  const hand = Object.entries(choices).reduce((known, [digit, shape]) => known.choose(+digit, shape), writer.learn(examples.digits));
  const drawn = textOf(examples);
  const shapes = [...Array(10).keys()].filter((digit) => !drawn.includes(String(digit)))
    .map((digit) => ({ digit, glyphs: hand.allographs(digit, strength) })).filter(({ glyphs }) => glyphs.length > 1);
  return { kind: 'written', id, glyphs: hand.write(text, strength, seed), shapes };
}

self.onmessage = async ({ data }: MessageEvent<WritingRequest>) => {
  try {
    self.postMessage(await write(data));
  } catch (error) {
    if (!(error instanceof DrawingError)) console.warn('refused:', error);
    self.postMessage({ kind: 'refused', id: data.id, sentence: (error as Error).message } satisfies WritingFailure);
  }
};
