/** Reads weight files of the format safetensors: a header in JSON, and arrays one after the other. */

const TYPES = { F32: Float32Array, I32: Int32Array, U8: Uint8Array };

/** An array by rows, the last of its dimensions running fastest. */
export interface Tensor {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}

interface Entry {
  readonly dtype: keyof typeof TYPES;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The arrays of a file by their names. */
export function readTensors(file: Uint8Array): Record<string, Tensor> {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, Entry>;
  delete header['__metadata__'];
  return Object.fromEntries(Object.entries(header).map(([name, { dtype, shape, data_offsets: [start, end] }]) => {
    // A copy begins where numbers of several bytes may.
    const { buffer } = new Uint8Array(file.subarray(8 + length + start, 8 + length + end));
    return [name, { data: new TYPES[dtype](buffer), shape }];
  }));
}
