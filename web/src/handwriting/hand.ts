/** A visitor's hand: writes any number, digits that were drawn as they were drawn and the others as they may look. */

import constants from '../constants.json';
import { DrawingError } from '../ink/drawing';
import { type LineStyle, isDigit, markStrokes, measureLineStyle, setLine, varyGlyph } from './line';
import { type Glyph, glyphBounds, moveGlyph } from './paths';
import type { Random, RandomSource } from './random';
import type { Choices, Example, StyleModel } from './style';

export const { MAX_STRENGTH, MAX_TEXT_CHARACTERS } = constants['handwriting.hand'];

/** Somebody's hand, as far as the drawn digits tell. */
export class Hand {
  /** What the examples say of the hand. */
  readonly factors: readonly number[];
  /** Size, spacing and line of the examples. */
  readonly lineStyle: LineStyle;
  /** How unsteady the examples are, per what is usual. */
  readonly wobble: number;

  constructor(
    private readonly style: StyleModel, private readonly examples: readonly Example[], private readonly random: RandomSource,
    private readonly choices: Choices = {},
  ) {
    this.factors = style.infer(examples, choices);
    this.lineStyle = measureLineStyle(examples.map(({ glyph }) => glyph));
    this.wobble = style.wobble(examples);
  }

  /**
   * The hand of somebody who writes a digit in one of its shapes; that says something of the whole hand, too.
   *
   * @throws {DrawingError} there is no such digit or shape.
   */
  choose(digit: number, allograph: number): Hand {
    if (!isDigit(String(digit)) || !(allograph >= 0 && allograph < this.style.shapeCount(digit)))
      throw new DrawingError(`There is no shape by that number of the digit ${digit}.`);
    return new Hand(this.style, this.examples, this.random, { ...this.choices, [digit]: allograph });
  }

  /** The shapes that a digit may have, one to four, each in this hand. */
  allographs(digit: number, strength = 1): Glyph[] {
    return Array.from({ length: this.style.shapeCount(digit) }, (_, allograph) =>
      this.style.make(this.factors, digit, { strength, allograph, wobble: this.wobble }));
  }

  /**
   * The text in this hand, set on one line that starts at the origin, in pixels of the examples; one entry a character.
   *
   * Digits that were drawn come back as drawn, moved to their place; where one comes more often it varies a little.
   * The line rises, and its digits bounce on it, as those that were drawn in a row.
   *
   * @param text digits, and any of `. , : - / + ( )` and spaces, which have no strokes.
   * @param strength 0 for an average hand, 1 for the hand as measured best, up to 2.
   * @param seed of what differs from one time to the next.
   * @throws {DrawingError} the text is too long or has other characters, or the strength is out of range.
   */
  write(text: string, strength = 1, seed = 0): Glyph[] {
    const characters = [...text];
    if (characters.length > MAX_TEXT_CHARACTERS)
      throw new DrawingError(`The text has ${characters.length} characters; at most ${MAX_TEXT_CHARACTERS} are written.`);
    if (!(strength >= 0 && strength <= MAX_STRENGTH)) throw new DrawingError(`The strength must be 0 to ${MAX_STRENGTH}, not ${strength}.`);
    const written = Array<number>(10).fill(0);
    const glyphs = characters.map((character) => isDigit(character)
      ? this.writeDigit(+character, written[+character]!++, strength, seed)
      : markStrokes(character, this.lineStyle, this.style.lean(this.factors)));
    return setLine(glyphs, characters, this.lineStyle, this.random(seed, characters.length));
  }

  /** A digit for the so many-th time: the examples in turn, then what is like them; or made ones, no two the same. */
  private writeDigit(digit: number, number: number, strength: number, seed: number): Glyph {
    const drawn = this.examples.filter((each) => each.digit === digit).map(({ glyph }) => glyph);
    if (number < drawn.length) return drawn[number]!;
    // All made sevens of a line have one shape, as a hand has it, and are not copies of one another.
    const choice = seed ? this.random(seed, digit) : null;
    const made = drawn.length ? drawn[number % drawn.length]! : this.made(digit, strength, choice);
    return number ? varyGlyph(made, this.random(seed, digit, number)) : made;
  }

  private made(digit: number, strength: number, choice: Random | null): Glyph {
    const made = this.style.make(this.factors, digit, { strength, allograph: this.choices[digit], choice, wobble: this.wobble });
    const { height } = this.lineStyle;
    return made.map((path) => path.map(([x, y]) => [Math.fround(x * height), Math.fround(y * height)] as const));
  }
}

/**
 * The examples moved so that they begin at the origin; strokes without points are left out.
 *
 * @throws {DrawingError} there are none, or one is no digit in strokes.
 */
export function checkExamples(examples: readonly Example[]): Example[] {
  if (!examples.length) throw new DrawingError('Draw at least one digit, so that there is a hand to go by.');
  const found = examples.map((each) => ({ ...each, glyph: each.glyph.filter((path) => path.length) }));
  for (const { glyph, digit, weight } of found) {
    if (!glyph.length) throw new DrawingError('A digit must be a list of strokes, and a stroke a list of points [x, y].');
    if (!isDigit(String(digit))) throw new DrawingError(`Only the digits 0 to 9 can be learned from, not ${digit}.`);
    if (!(weight > 0 && weight <= 1)) throw new DrawingError('There must be one weight for each digit, above 0 and at most 1.');
    if (!glyph.flat(2).every(Number.isFinite)) throw new DrawingError('The drawing has points that are no pairs of numbers.');
  }
  const [low] = glyphBounds(found.flatMap(({ glyph }) => glyph));
  return found.map((each) => ({ ...each, glyph: moveGlyph(each.glyph, -low[0], -low[1]) }));
}
