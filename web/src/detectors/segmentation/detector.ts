/** Segmentation: contours cut the drawing into pieces, a classifier reads them, and the best grouping wins. */

import type { Classifier } from '../../classifiers/classifier';
import constants from '../../constants.json';
import type { Sheet } from '../../ink/sheet';
import { inContext } from '../context';
import type { Detections } from '../detections';
import type { Detector } from '../detector';
import { type Dissection, dissectionDetections } from './scoring';
import { SheetReading } from './search';

const { TOO_MUCH, TRAINING_SHARES } = constants['detectors.segmentation.detector'];

export class SegmentationDetector implements Detector {
  readonly name: string;

  constructor(private readonly classifier: Classifier) {
    this.name = `contours-${classifier.name}`;
  }

  async propose(sheet: Sheet): Promise<Detections> {
    return inContext(dissectionDetections(await this.dissect(sheet), sheet.scale), TRAINING_SHARES);
  }

  /** All that is tried on a sheet, and what is chosen; made once. */
  dissect(sheet: Sheet): Promise<Dissection> {
    return sheet.step(`dissection of ${this.name}`, () => this.search(sheet));
  }

  private async search(sheet: Sheet): Promise<Dissection> {
    const reading = new SheetReading(sheet);
    for (let wave = reading.pending(); wave.length; wave = reading.pending())
      reading.receive(await this.classifier.judge(wave.map(({ crop }) => crop)));
    const dissection = reading.result();
    if (!dissection.isComplete) sheet.note(TOO_MUCH);
    return dissection;
  }
}
