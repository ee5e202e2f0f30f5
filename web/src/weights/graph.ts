/** Reads graphs of the format ONNX: of its messages (onnx/onnx.proto, protocol buffers) only what running one needs. */

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Its attributes that are whole numbers or lists of them. */
  readonly attributes: Readonly<Record<string, readonly number[]>>;
}

/** A constant, the last of its dimensions running fastest. */
export interface Constant {
  readonly shape: readonly number[];
  readonly data: readonly number[] | Float32Array | Int32Array | Int8Array | Uint8Array;
  readonly isUnsigned: boolean;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly constants: Readonly<Record<string, Constant>>;
  readonly input: string;
  readonly output: string;
}

/** Kinds of numbers in constants, by the format's names for them. */
const FLOAT = 1, UINT8 = 2;
const ARRAYS: Readonly<Record<number, typeof Float32Array | typeof Uint8Array | typeof Int8Array | typeof Int32Array>> = {
  [FLOAT]: Float32Array, [UINT8]: Uint8Array, 3: Int8Array, 6: Int32Array,
};

/** The fields of a message by their numbers: a number each, or bytes. */
type Fields = Readonly<Record<number, readonly (number | Uint8Array)[]>>;

/** A number of seven bits a byte, and where the next byte is; what is longer than 32 bits keeps the lowest. */
function readVarint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0, byte = 128;
  for (let shift = 0; byte & 128; shift += 7) {
    byte = bytes[at++]!;
    if (shift < 32) value |= (byte & 127) << shift;
  }
  return [value, at];
}

function readVarints(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 0, value: number; at < bytes.length;) {
    [value, at] = readVarint(bytes, at);
    found.push(value);
  }
  return found;
}

function readFields(bytes: Uint8Array): Fields {
  const found: Record<number, (number | Uint8Array)[]> = {};
  for (let at = 0, key: number, value: number; at < bytes.length;) {
    [key, at] = readVarint(bytes, at);
    const kind = key & 7;
    const field = (found[key >>> 3] ??= []);
    if (kind === 1 || kind === 5) {
      field.push(bytes.subarray(at, at += kind === 1 ? 8 : 4));
      continue;
    }
    [value, at] = readVarint(bytes, at);
    field.push(kind === 2 ? bytes.subarray(at, at += value) : value);
  }
  return found;
}

const decoder = new TextDecoder();
const texts = (fields: Fields, number: number): string[] => (fields[number] ?? []).map((each) => decoder.decode(each as Uint8Array));
const messages = (fields: Fields, number: number): Fields[] => (fields[number] ?? []).map((each) => readFields(each as Uint8Array));
const numbers = (fields: Fields, number: number): number[] =>
  (fields[number] ?? []).flatMap((each) => (typeof each === 'number' ? each : readVarints(each)));

function readNode(fields: Fields): Node {
  const attributes = messages(fields, 5).map((each) => [texts(each, 1)[0]!, [...numbers(each, 3), ...numbers(each, 8)]] as const);
  return { op: texts(fields, 4)[0]!, inputs: texts(fields, 1), outputs: texts(fields, 2), attributes: Object.fromEntries(attributes) };
}

function readConstant(fields: Fields): Constant {
  const type = numbers(fields, 2)[0]!;
  const raw = (type === FLOAT ? fields[4]?.[0] ?? fields[9]?.[0] : fields[9]?.[0]) as Uint8Array | undefined;
  const ArrayType = ARRAYS[type];
  // A copy begins where numbers of several bytes may.
  const data = raw && ArrayType ? new ArrayType(new Uint8Array(raw).buffer) : numbers(fields, 5);
  return { shape: numbers(fields, 1), data, isUnsigned: type === UINT8 };
}

/** What a file holds; one input and one output are told, the first of each. */
export function readGraph(file: Uint8Array): Graph {
  const graph = messages(readFields(file), 7)[0]!;
  return {
    nodes: messages(graph, 1).map(readNode),
    constants: Object.fromEntries(messages(graph, 5).map((each) => [texts(each, 8)[0]!, readConstant(each)])),
    input: texts(messages(graph, 11)[0]!, 1)[0]!,
    output: texts(messages(graph, 12)[0]!, 1)[0]!,
  };
}
