/** Files come one after the other, with the bytes of the wire told. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Downloads, type Loaded } from '../src/page/downloads';

const FILES: Readonly<Record<string, Uint8Array>> = {
  'small.packed': gzipSync(new Uint8Array(10).fill(7)), 'large.packed': gzipSync(crypto.getRandomValues(new Uint8Array(60_000))),
};
const SIZES = Object.fromEntries(Object.entries(FILES).map(([name, data]) => [name, data.length]));
const originalFetch = globalThis.fetch;
afterEach(() => void (globalThis.fetch = originalFetch));

/** A host that has these files, and what it was asked, in its order. */
function serve(files: Readonly<Record<string, Uint8Array | undefined>>): string[] {
  const asked: string[] = [];
  globalThis.fetch = async (address) => {
    const name = String(address).split('/').at(-1)!;
    asked.push(`asked ${name}`);
    const data = files[name];
    await new Promise((resolve) => setTimeout(resolve, 5));
    asked.push(`sent ${name}`);
    return data ? new Response(data as Uint8Array<ArrayBuffer>) : new Response(null, { status: 404 });
  };
  return asked;
}

function downloads(tell: (loaded: Loaded) => void = () => {}): Downloads {
  return new Downloads(new URL('https://example.org/below/'), SIZES, tell);
}

test('what is asked first comes first, and nothing beside it', async () => {
  const asked = serve(FILES);
  const line = downloads();
  const [large, small] = await Promise.all([line.bytes('large', 'a'), line.bytes('small', 'b')]);
  assert.deepEqual([large.length, [...small]], [60_000, new Array(10).fill(7)]);
  assert.deepEqual(asked, ['asked large.packed', 'sent large.packed', 'asked small.packed', 'sent small.packed']);
});

test('bytes are those of the wire, of all that is asked from the start', async () => {
  serve(FILES);
  const told: Loaded[] = [];
  const line = downloads((loaded) => told.push(structuredClone(loaded)));
  await Promise.all([line.bytes('small', 'a'), line.bytes('large', 'b')]);
  const [small, large] = [SIZES['small.packed']!, SIZES['large.packed']!];
  assert.deepEqual(told[0], { a: [small, small], b: [0, large] });
  assert.deepEqual(told.at(-1), { a: [small, small], b: [large, large] });
});

test('a file that is missing or of another version is refused in words, and the next comes', async () => {
  serve({ 'small.packed': FILES['large.packed'] });
  const line = downloads();
  const both = await Promise.allSettled([line.bytes('large', 'a'), line.bytes('small', 'b')]);
  assert.match(String((both[0] as PromiseRejectedResult).reason), /is there a connection/);
  assert.match(String((both[1] as PromiseRejectedResult).reason), /two versions/);
  serve(FILES);
  assert.equal((await line.bytes('small', 'b')).length, 10);
});
