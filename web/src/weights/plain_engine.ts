/**
 * Runs the CNN's graph in eight bits without the runtime, so that the page reads before that has come.
 *
 * It knows of the format only what this graph is made of; the runtime takes over as soon as it is there.
 */

import { clamp, roundEven } from '../pixels/raster';
import { Convolutions, type Pictures } from './convolution';
import type { Engine } from './engine';
import { type Constant, type Graph, type Node, readGraph } from './graph';

/** Numbers by rows: pictures with the channels last, or a row for each. */
interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

type Step = (values: Map<string, Values>) => Values;

/** A constant as the numbers that it stands for: a scale for each entry of its first dimension. */
function dequantise({ data, shape }: Constant, scale: Constant): Values {
  const out = new Float32Array(data.length), each = data.length / scale.data.length;
  for (let k = 0, at = 0; k < scale.data.length; k++)
    for (const end = (k + 1) * each; at < end; at++) out[at] = data[at]! * scale.data[k]!;
  return { data: out, shape };
}

function averagePlaces({ data, shape }: Values): Values {
  const [count, height, width, channels] = shape as [number, number, number, number];
  const places = height * width;
  const out = new Float32Array(count * channels);
  for (let k = 0; k < count; k++)
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let place = 0; place < places; place++) sum += data[(k * places + place) * channels + channel]!;
      out[k * channels + channel] = sum / places;
    }
  return { data: out, shape: [count, channels] };
}

function multiply({ data, shape }: Values, weights: Values, bias: Values): Values {
  const [count, ins] = shape as [number, number];
  const outs = bias.data.length;
  const out = new Float32Array(count * outs);
  for (let k = 0; k < count; k++)
    for (let to = 0; to < outs; to++) {
      let sum = bias.data[to]!;
      for (let from = 0; from < ins; from++) sum += data[k * ins + from]! * weights.data[to * ins + from]!;
      out[k * outs + to] = sum;
    }
  return { data: out, shape: [count, outs] };
}

/** What a node does; null where it is none that is known here.  `known` are the constants that were in eight bits. */
function makeStep(node: Node, graph: Graph, known: Map<string, Values>, convolutions: Convolutions): Step | null {
  const [first, second, third] = node.inputs as [string, string, string];
  const number = (name: string): number => graph.constants[name]!.data[0]!;
  const constant = (name: string): Values =>
    known.get(name) ?? { data: Float32Array.from(graph.constants[name]!.data), shape: graph.constants[name]!.shape };
  switch (node.op) {
    case 'QuantizeLinear': {
      const [scale, zero, [low, high]] = [number(second), number(third), graph.constants[third]!.isUnsigned ? [0, 255] : [-128, 127]];
      return (values) => {
        const { data, shape } = values.get(first)!;
        return { data: data.map((value) => clamp(roundEven(value / scale) + zero, low!, high!)), shape };
      };
    }
    case 'DequantizeLinear': {
      const [scale, zero] = [number(second), number(third)];
      return (values) => {
        const { data, shape } = values.get(first)!;
        return { data: data.map((value) => (value - zero) * scale), shape };
      };
    }
    case 'Conv': {
      const [weights, bias] = [constant(second), constant(third).data];
      const [outs, ins, side] = weights.shape as [number, number, number];
      const [[stride], [border]] = [node.attributes['strides']!, node.attributes['pads']!] as [[number], [number]];
      const convolve = convolutions.make({ outs, ins, side, stride, border }, weights.data, bias);
      return convolve && ((values) => convolve(values.get(first) as Pictures));
    }
    case 'Add':
      return (values) => {
        const [one, other] = [values.get(first)!, values.get(second)!.data];
        return { data: one.data.map((value, at) => value + other[at]!), shape: one.shape };
      };
    case 'GlobalAveragePool':
      return (values) => averagePlaces(values.get(first)!);
    case 'Flatten': // what is pooled lies in a row already
      return (values) => values.get(first)!;
    case 'Gemm': {
      const [weights, bias] = [constant(second), constant(third)];
      return (values) => multiply(values.get(first)!, weights, bias);
    }
    default:
      return null;
  }
}

/** Pictures `[N, C, H, W]` with the channels last. */
function putChannelsLast(input: Float32Array, [count, channels, height, width]: readonly [number, number, number, number]): Pictures {
  const data = new Float32Array(input.length), places = height * width;
  for (let k = 0, at = 0; k < count; k++)
    for (let channel = 0; channel < channels; channel++)
      for (let place = 0; place < places; place++) data[(k * places + place) * channels + channel] = input[at++]!;
  return { data, shape: [count, height, width, channels] };
}

/** An engine for a graph that holds its weights itself; null where it has parts that only the runtime knows. */
export function plainEngine(file: Uint8Array): Engine | null {
  const graph = readGraph(file);
  const known = new Map<string, Values>();
  const convolutions = new Convolutions();
  const steps: [output: string, step: Step][] = [];
  for (const node of graph.nodes) {
    const stored = graph.constants[node.inputs[0]!];
    if (node.op === 'DequantizeLinear' && stored) {
      known.set(node.outputs[0]!, dequantise(stored, graph.constants[node.inputs[1]!]!));
      continue;
    }
    const step = makeStep(node, graph, known, convolutions);
    if (!step) return null;
    steps.push([node.outputs[0]!, step]);
  }
  return async (input, dims) => {
    const values = new Map<string, Values>([[graph.input, putChannelsLast(input, dims as [number, number, number, number])]]);
    for (const [output, step] of steps) values.set(output, step(values));
    const { data, shape } = values.get(graph.output)!;
    return [{ data, dims: shape }];
  };
}
