/** One drawing while it is read: named steps that are made once, each with the milliseconds that it cost. */

import type { Raster } from '../pixels/raster';
import { toWorkSize } from './drawing';
import { inkBounds } from './ink';
import { type PaperReport, readPaper } from './paper';

interface InkStep {
  readonly ink: Raster;
  readonly scale: number;
  readonly paper: PaperReport;
}

export class Sheet {
  /** Sentences for whoever brought the drawing. */
  readonly notes: string[] = [];
  private readonly steps = new Map<string, unknown>();
  private readonly costs = new Map<string, number>();
  private spent = 0; // milliseconds of all steps made so far

  constructor(readonly image: Raster) {}

  private get inkStep(): InkStep {
    return this.step('ink', () => {
      const { image, scale } = toWorkSize(this.image);
      return { ...readPaper(image), scale };
    });
  }

  /** How much pen is on each pixel at working size: 0 paper to 255. */
  get ink(): Raster {
    return this.inkStep.ink;
  }

  /** Pixels of the ink per pixel of the drawing, at most 1. */
  get scale(): number {
    return this.inkStep.scale;
  }

  get paper(): PaperReport {
    return this.inkStep.paper;
  }

  get hasInk(): boolean {
    return this.step('has_ink', () => inkBounds(this.ink) !== null);
  }

  /** What `make` gives, made the first time only. */
  step<Value>(name: string, make: () => Value): Value {
    if (!this.steps.has(name)) {
      const [started, spent] = [performance.now(), this.spent];
      this.steps.set(name, make());
      const own = performance.now() - started - (this.spent - spent);
      this.spent += own;
      this.costs.set(name, own);
    }
    return this.steps.get(name) as Value;
  }

  /** What the steps made so far have cost in milliseconds, by name, each without the steps that it rests on. */
  milliseconds(): Record<string, number> {
    return Object.fromEntries(this.costs);
  }

  /** Tells whoever brought the drawing something, once, however many methods say so. */
  note(sentence: string): void {
    if (!this.notes.includes(sentence)) this.notes.push(sentence);
  }
}
