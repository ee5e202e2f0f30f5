/** Do two readings of one drawing agree, and if not, where?  Told object by object, and in one sentence. */

import constants from '../constants.json';
import { CENSORED, CLASSES, type Detections } from '../detectors/detections';
import { MIN_OBJECT_IOU, objectOverlap } from '../detectors/matching';
import { type MatchedObject, type MatchedReadings, matchReadings } from './objects';

const { MAX_DIFFERENCES_TOLD } = constants['comparison.agreement'];

/** How an object's two readings compare: alike; of another class; boxed differently; seen by one of the two only. */
export type ObjectKind = 'same' | 'class' | 'apart' | 'first' | 'second';

export interface Agreement {
  /** How each object that either reading has compares, by its letter, in reading order. */
  readonly kinds: ReadonlyMap<string, ObjectKind>;
  /** What a person would say. */
  readonly sentence: string;
  /** Both read the same digits, whatever else they see. */
  readonly sameDigits: boolean;
}

/** Every object matched, every class the same. */
export function isAgreed({ kinds }: Agreement): boolean {
  return [...kinds.values()].every((kind) => kind === 'same');
}

/** Counts and the sentence. */
export function agreementToJson(agreement: Agreement) {
  const count = (kind: ObjectKind): number => [...agreement.kinds.values()].filter((each) => each === kind).length;
  return {
    agree: isAgreed(agreement),
    same: count('same'),
    other_class: count('class'),
    box_apart: count('apart'),
    only_first: count('first'),
    only_second: count('second'),
    sentence: agreement.sentence,
  };
}

/** How two of the readings compare at one object; null where neither has it. */
export function objectKind({ readings }: MatchedReadings, { rows }: MatchedObject, first: number, second: number): ObjectKind | null {
  const [i, j] = [rows[first] ?? null, rows[second] ?? null];
  if (i === null || j === null) return i !== null ? 'first' : j !== null ? 'second' : null;
  const [a, b] = [readings[first]![i]!, readings[second]![j]!];
  if (objectOverlap(a.box, b.box) < MIN_OBJECT_IOU) return 'apart';
  return a.classId === b.classId ? 'same' : 'class';
}

function nameOf(classId: number): string {
  if (classId < CENSORED) return `${classId === 8 ? 'an' : 'a'} ${CLASSES[classId]}`;
  return classId === CENSORED ? 'a censored drawing' : 'a drawing that is no digit';
}

/** What is no digit, each class once and with its number. */
function counted(classIds: readonly number[]): string[] {
  return [...new Set(classIds)].map((each) => {
    const count = classIds.filter((other) => other === each).length;
    return count === 1 ? nameOf(each) : `${count} ${each === CENSORED ? 'censored drawings' : 'drawings that are no digits'}`;
  });
}

function list(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** Two of several matched readings, and how to speak of them. */
class Pair {
  readonly kinds = new Map<string, ObjectKind>();
  private readonly names: readonly string[];

  constructor(private readonly matched: MatchedReadings, private readonly places: readonly [number, number], names: readonly string[]) {
    this.names = names.map((name) => name.toLowerCase());
    for (const thing of matched.objects) {
      const kind = objectKind(matched, thing, ...places);
      if (kind) this.kinds.set(thing.letter, kind);
    }
  }

  alike(): string[] {
    const letters = this.lettersOf('same');
    if (!letters.length) return [];
    // With a question mark for what both see and only one can be right about.
    const unlike = this.lettersOf('class', 'apart').filter((letter) => this.isDigit(letter));
    const reading = this.matched.text(this.places[0], letters) && this.matched.text(this.places[0], letters, unlike).replaceAll('\n', ' / ');
    const rest = counted(letters.map((letter) => this.classId(letter, 0)).filter((each) => each >= CENSORED));
    return [`both read ${[...(reading ? [reading] : []), ...(rest.length ? [list(rest)] : [])].join(' with ')}`];
  }

  differences(): string[] {
    const unlike = this.lettersOf('class', 'apart');
    const parts = unlike.slice(0, MAX_DIFFERENCES_TOLD).map((letter) => this.difference(letter));
    const more = unlike.length - parts.length;
    return more ? [...parts, `${more} more read or boxed differently`] : parts;
  }

  /** Whether both read some digits, and differ on none. */
  sameDigits(): boolean {
    const digits = [...this.kinds.keys()].filter((letter) => this.isDigit(letter));
    return digits.length > 0 && digits.every((letter) => this.kinds.get(letter) === 'same');
  }

  /** What one reading has and the other has not. */
  extras(side: 0 | 1): string[] {
    const only = this.lettersOf(side ? 'second' : 'first');
    if (!only.length) return [];
    const things = only.slice(0, MAX_DIFFERENCES_TOLD).map((letter) =>
      this.className(letter, side) + (this.which(letter) === 'it' ? '' : ` (${letter})`));
    const more = only.length - things.length;
    return [`only ${this.names[side]} finds ${list(more ? [...things, `${more} more`] : things)}`];
  }

  private lettersOf(...kinds: readonly ObjectKind[]): string[] {
    return [...this.kinds].filter(([, kind]) => kinds.includes(kind)).map(([letter]) => letter);
  }

  /** Whether either reads a digit there. */
  private isDigit(letter: string): boolean {
    const { rows } = this.matched.objects.find((each) => each.letter === letter)!;
    return ([0, 1] as const).some((side) => rows[this.places[side]] !== null && this.classId(letter, side) < CENSORED);
  }

  private which(letter: string): string {
    return this.matched.objects.length === 1 ? 'it' : letter;
  }

  private classId(letter: string, side: 0 | 1): number {
    const place = this.places[side];
    const thing = this.matched.objects.find((each) => each.letter === letter)!;
    return this.matched.readings[place]![thing.rows[place]!]!.classId;
  }

  private className(letter: string, side: 0 | 1): string {
    return nameOf(this.classId(letter, side));
  }

  private difference(letter: string): string {
    const [first, second] = [this.className(letter, 0), this.className(letter, 1)];
    const which = this.which(letter);
    if (this.kinds.get(letter) === 'class') return `${this.names[0]} reads ${which} as ${first}, ${this.names[1]} as ${second}`;
    if (first === second) return `both see ${first}, but box ${which} differently`;
    return `${this.names[0]} boxes ${which} as ${first}, ${this.names[1]} other ink as ${second}`;
  }
}

/**
 * How two of several matched readings differ.
 *
 * @param first place of one reading among them.
 * @param second place of the other.
 * @param names what to call the two in the sentence.
 */
export function compareMatched(matched: MatchedReadings, first: number, second: number, names: readonly string[]): Agreement {
  const pair = new Pair(matched, [first, second], names);
  if (!pair.kinds.size) return { kinds: pair.kinds, sentence: 'Both find nothing.', sameDigits: false };
  const text = [...pair.alike(), ...pair.differences(), ...pair.extras(0), ...pair.extras(1)].join('; ');
  return { kinds: pair.kinds, sentence: `${text[0]!.toUpperCase()}${text.slice(1)}.`, sameDigits: pair.sameDigits() };
}

/** Matches two readings of one drawing and says how they differ. */
export function compareReadings(first: Detections, second: Detections, names: readonly string[] = ['Detection', 'Segmentation']): Agreement {
  return compareMatched(matchReadings([first, second]), 0, 1, names);
}
