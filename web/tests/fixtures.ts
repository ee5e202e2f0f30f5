/** What Python wrote of each drawing: see tools/web_fixtures.py. */

import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { Raster } from '../src/pixels/raster';

const FOLDER = process.env['FIXTURES'] ?? 'build/fixtures';

export interface Packed {
  readonly type: 'uint8' | 'float32' | 'int64';
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

export interface FoundValues {
  readonly boxes: Packed;
  readonly confidence: Packed;
  readonly classes: readonly number[];
  readonly probabilities: Packed;
  readonly reading: string;
  /** Of the referee's decisions only. */
  readonly reasons?: readonly string[];
  readonly ways?: readonly (number | null)[];
}

export interface FrameValues {
  readonly shape: readonly [number, number];
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly input: Packed;
}

export interface Values {
  readonly drawing: Packed;
  readonly ink: Packed;
  readonly scale: number;
  readonly paper: { readonly even: boolean; readonly certain: boolean };
  readonly frames: readonly FrameValues[];
  readonly segmentation: {
    readonly pieces: readonly number[][];
    readonly parts: readonly number[][][];
    readonly groups: readonly number[][];
    readonly crops?: Packed;
    readonly cnn?: { readonly probabilities: Packed; readonly whole: Packed };
    readonly vit?: { readonly probabilities: Packed; readonly whole: Packed };
  };
  readonly methods: Readonly<Record<string, FoundValues>>;
  /** Readings by the networks as the page runs them. */
  readonly page: Readonly<Record<string, string>>;
  readonly agreement: unknown;
  readonly referee: { readonly decisions: FoundValues; readonly together: readonly [string, string] };
  /** Boxes that are blurred. */
  readonly censored: Packed;
}

/** The drawings, and the networks that the page runs in eight bits. */
export const { names: NAMES, int8: INT8 } = JSON.parse(readFileSync(`${FOLDER}/index.json`, 'utf8')) as { names: string[]; int8: string[] };

export class Fixture {
  readonly values: Values;
  private readonly packed: Buffer;

  constructor(readonly name: string) {
    this.values = JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8')) as Values;
    this.packed = readFileSync(`${FOLDER}/${name}.bin`);
  }

  bytes(packed: Packed): Uint8Array {
    return new Uint8Array(inflateSync(this.packed.subarray(packed.start, packed.end)));
  }

  floats(packed: Packed): Float32Array {
    return new Float32Array(this.bytes(packed).buffer);
  }

  raster(packed: Packed): Raster {
    const [height, width, channels] = packed.shape as [number, number, number?];
    return { width, height, channels: channels ?? 1, data: this.bytes(packed) };
  }
}
