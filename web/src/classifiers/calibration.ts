/** Logits and probabilities. */

export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Logits to 0..1; finite for any finite logit. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-Math.min(60, Math.max(-60, x))));
}

/** The number whose sigmoid is `p`, which lies between 0 and 1, ends excluded. */
export function logit(p: number): number {
  return Math.log(p / (1 - p));
}

/** Index of the largest value, the first of several. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k]! > values[best]!) best = k;
  return best;
}
