/** Runs a network, numbers in and numbers out: ONNX Runtime on a graph. */

import * as ort from 'onnxruntime-web/wasm';
import constants from '../constants.json';

const { INSIGHTS } = constants['weights.engine']; // outputs that no answer needs

export interface Output {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

// Several threads need memory that they share, which a browser gives to isolated pages only.
ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(2, navigator.hardwareConcurrency) : 1;

/** A network that is ready to run: the outputs of one input of these dimensions. */
export type Engine = (input: Float32Array, dims: readonly number[]) => Promise<Output[]>;

/**
 * @param name of the model; a graph in float says that its weights lie in `<name>.safetensors`.
 * @param weights that file; a graph in eight bits holds its weights itself.
 */
export async function loadEngine(name: string, graph: Uint8Array, weights?: Uint8Array): Promise<Engine> {
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
    externalData: weights ? [{ path: `${name}.safetensors`, data: weights }] : [],
  });
  delete ort.env.wasm.wasmBinary; // compiled by now
  const [input] = session.inputNames;
  const answers = session.outputNames.filter((output) => !INSIGHTS.includes(output));
  return async (data, dims) => {
    const answer = await session.run({ [input!]: new ort.Tensor('float32', data, dims) }, answers);
    return answers.map((output) => {
      const tensor = answer[output]!;
      return { data: tensor.data as Float32Array, dims: tensor.dims };
    });
  };
}

/** Says where the runtime's own files are, before the first network; both are of one version. */
export function provideRuntime(module: URL, binary: ArrayBuffer): void {
  ort.env.wasm.wasmPaths = { mjs: module.href };
  ort.env.wasm.wasmBinary = binary;
}
