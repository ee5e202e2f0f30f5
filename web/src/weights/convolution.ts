/** Convolutions in WebAssembly (convolve.wat), each with its weights in the module's memory. */

import code from './convolve.wat';

const BLOCK = 8; // outputs that are summed up at once, and places side by side: what the code asks for
const PLACES = 4;
const PAGE_BYTES = 65536;

/** What a convolution is made of: square windows, the same border on all sides. */
export interface Shape {
  readonly outs: number;
  readonly ins: number;
  readonly side: number;
  readonly stride: number;
  readonly border: number;
}

/** Pictures by rows with the channels last. */
export interface Pictures {
  readonly data: Float32Array;
  readonly shape: readonly [count: number, height: number, width: number, channels: number];
}

export class Convolutions {
  private readonly memory: WebAssembly.Memory;
  private readonly run: (...sizes: number[]) => void;
  private used = 0; // bytes that hold weights; what lies behind them is for one picture at a time

  constructor() {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code));
    this.memory = exports['memory'] as WebAssembly.Memory;
    this.run = exports['convolve'] as (...sizes: number[]) => void;
  }

  /**
   * A convolution; null where the code can't do one of this shape.
   *
   * @param weights `[out, in, height, width]`.
   * @param bias one for each output.
   */
  make(shape: Shape, weights: Float32Array, bias: Float32Array): ((input: Pictures) => Pictures) | null {
    const { outs, ins, side, stride, border } = shape;
    if (outs % BLOCK) return null;
    const at = this.keep(blockWeights(shape, weights));
    const biasAt = this.keep(bias);
    return ({ data, shape: [count, height, width] }) => {
      const [high, wide] = [height, width].map((each) => Math.floor((each + 2 * border - side) / stride) + 1) as [number, number];
      const across = Math.ceil(wide / PLACES) * PLACES; // with places beyond the edge that nobody looks at
      const line = (width + 2 * border) * ins;
      const padded = (height + 2 * border) * line + (across - wide) * stride * ins;
      this.reserve(4 * (padded + high * across * outs));
      const [from, to] = [this.used, this.used + 4 * padded];
      const inside = new Float32Array(this.memory.buffer, from, padded);
      const sums = new Float32Array(this.memory.buffer, to, high * across * outs);
      const out = new Float32Array(count * high * wide * outs);
      for (let k = 0; k < count; k++) {
        inside.fill(0);
        for (let y = 0; y < height; y++) {
          const row = (k * height + y) * width * ins;
          inside.set(data.subarray(row, row + width * ins), (y + border) * line + border * ins);
        }
        this.run(from, at, biasAt, to, outs, high, across, side, 4 * side * ins, 4 * line, 4 * stride * ins, 4 * stride * line);
        for (let y = 0; y < high; y++)
          out.set(sums.subarray(y * across * outs, (y * across + wide) * outs), (k * high + y) * wide * outs);
      }
      return { data: out, shape: [count, high, wide, outs] };
    };
  }

  private keep(numbers: Float32Array): number {
    this.reserve(4 * numbers.length);
    const at = this.used;
    new Float32Array(this.memory.buffer, at, numbers.length).set(numbers);
    this.used += 4 * numbers.length;
    return at;
  }

  private reserve(bytes: number): void {
    const missing = this.used + bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}

/** Weights in blocks of outputs, in the order in which the code meets them. */
function blockWeights({ outs, ins, side }: Shape, weights: Float32Array): Float32Array {
  const area = side * side;
  const blocked = new Float32Array(weights.length);
  for (let out = 0, from = 0; out < outs; out++) {
    const start = (out - (out % BLOCK)) * ins * area + (out % BLOCK);
    for (let channel = 0; channel < ins; channel++)
      for (let place = 0; place < area; place++) blocked[start + (place * ins + channel) * BLOCK] = weights[from++]!;
  }
  return blocked;
}
