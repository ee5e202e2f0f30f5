/** A network with its preprocessing and calibration: crops in, probabilities out. */

import constants from '../constants.json';
import type { Engine } from '../weights/engine';
import { softmax } from './calibration';
import { type Crop, fitSquare } from './crop';

const { CROP_PLANES, CROP_SIDE_PX, NO_SYMBOL } = constants['models.classes'];
const { MAX_BATCH_CROPS, NO_SYMBOL_DISCOUNT } = constants['classifiers.classifier'];

/** What a crop shows if it shows one whole symbol, and how likely that is. */
export interface Verdict {
  readonly probabilities: readonly number[];
  readonly whole: number;
}

/** What a classifier's card says of its answers. */
export interface ClassifierCard {
  readonly calibration: { readonly temperature: number };
}

export class Classifier {
  constructor(readonly name: string, private readonly engine: Engine, private readonly card: ClassifierCard) {}

  /** The crops as the network sees them, one after the other. */
  static inputs(crops: readonly Crop[]): Uint8Array {
    const size = CROP_PLANES * CROP_SIDE_PX * CROP_SIDE_PX;
    const inputs = new Uint8Array(size * crops.length);
    crops.forEach((crop, k) => inputs.set(fitSquare(crop), size * k));
    return inputs;
  }

  async judge(crops: readonly Crop[]): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    for (let start = 0; start < crops.length; start += MAX_BATCH_CROPS) {
      const batch = crops.slice(start, start + MAX_BATCH_CROPS);
      const inputs = Float32Array.from(Classifier.inputs(batch), (value) => value / 255);
      const [logits] = await this.engine(inputs, [batch.length, CROP_PLANES, CROP_SIDE_PX, CROP_SIDE_PX]);
      const outputs = logits!.data.length / batch.length;
      for (let k = 0; k < batch.length; k++) {
        const scaled = Array.from(logits!.data.subarray(k * outputs, (k + 1) * outputs),
          (value) => value / this.card.calibration.temperature);
        scaled[NO_SYMBOL] = scaled[NO_SYMBOL]! - NO_SYMBOL_DISCOUNT;
        verdicts.push({ probabilities: softmax(scaled.slice(0, NO_SYMBOL)), whole: 1 - softmax(scaled)[NO_SYMBOL]! });
      }
    }
    return verdicts;
  }
}
