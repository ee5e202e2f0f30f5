/** Chance, which whoever writes brings along. */

/** Numbers that nobody foresees. */
export interface Random {
  /** At least 0 and below 1, all alike likely. */
  uniform(): number;
  /** Of mean 0 and variance 1. */
  normal(): number;
}

/** Chance that is the same each time for the same numbers. */
export type RandomSource = (...seeds: readonly number[]) => Random;

/** Chance by the generator sfc32 (C. Doty-Humphrey, 2010). */
export const seededRandom: RandomSource = (...seeds) => {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  const next = (): number => {
    const found = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + found) | 0;
    return found >>> 0;
  };
  const stir = (): void => { for (let k = 0; k < 12; k++) next(); };
  for (const seed of [...seeds, seeds.length]) {
    a ^= seed;
    stir();
  }
  const uniform = (): number => next() / 2 ** 32;
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
};
