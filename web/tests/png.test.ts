/** Drawings without colour as PNG, which the page writes itself. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { toPng } from '../src/page/png';

test('a grey drawing is a PNG of one channel', async () => {
  const levels = [0, 60, 120, 180, 240, 255];
  const png = Buffer.from(await (await toPng({ width: 3, height: 2, channels: 3, data: Uint8Array.from(levels.flatMap((v) => [v, v, v])) })).arrayBuffer());
  assert.deepEqual([...png.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  assert.equal(png.toString('latin1', 12, 16), 'IHDR');
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]], [3, 2, 8, 0]);
  const length = png.readUInt32BE(33);
  assert.equal(png.toString('latin1', 37, 41), 'IDAT');
  assert.deepEqual([...inflateSync(png.subarray(41, 41 + length))], [0, 0, 60, 120, 0, 180, 240, 255]);
  // An empty last part is the same in every PNG, its check sum with it.
  assert.equal(png.subarray(-12).toString('hex'), '0000000049454e44ae426082');
});
