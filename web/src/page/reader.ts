/** The worker as the page sees it: of drawings that wait the latest is read next, the others are not. */

import type { Answer, FromWorker, Method, Source } from './messages';

/** What was asked and is not answered. */
interface Question {
  readonly id: number;
  readonly source: Source;
  readonly methods: readonly Method[];
  readonly resolve: (answer: Answer | null) => void;
  readonly reject: (error: Error) => void;
}

export class Reader {
  private readonly worker: Worker;
  private underWay: Question | null = null;
  private readonly programs: Question[] = []; // what programs asked; each is answered
  private latest: Question | null = null; // what the sheet asked last
  private count = 0;

  constructor(tellProgress: (bytes: number, total: number) => void) {
    this.worker = new Worker(new URL('worker.js', document.baseURI), { type: 'module' });
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'progress') tellProgress(data.bytes, data.total);
      else this.settle(data.kind === 'answer' ? data : new Error(data.sentence));
    };
    this.worker.onerror = () => this.settle(new Error('The part of the page that reads has stopped; reload the page.'));
  }

  /** The reading of the sheet; null where a later one has come before its turn. */
  readSheet(source: Source, methods: readonly Method[]): Promise<Answer | null> {
    return new Promise((resolve, reject) => {
      this.latest?.resolve(null);
      this.latest = { id: ++this.count, source, methods, resolve, reject };
      this.next();
    });
  }

  /** The reading of a picture for a program. */
  readPicture(source: Source, methods: readonly Method[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.programs.push({ id: ++this.count, source, methods, resolve: (answer) => resolve(answer!), reject });
      this.next();
    });
  }

  private next(): void {
    if (this.underWay) return;
    this.underWay = this.latest ?? this.programs.shift() ?? null;
    if (this.underWay === this.latest) this.latest = null;
    if (!this.underWay) return;
    const { id, source, methods } = this.underWay;
    this.worker.postMessage({ id, source, methods });
  }

  private settle(outcome: Answer | Error): void {
    const question = this.underWay;
    this.underWay = null;
    if (outcome instanceof Error) question?.reject(outcome);
    else question?.resolve(outcome);
    this.next();
  }
}
