/** The worker as the page sees it: of drawings that wait the latest is read next, the others are not. */

import type { Loaded } from './downloads';
import type { Answer, Failure, FromWorker, Method, Request, Source } from './messages';
import { UnableError } from './support';

/** What was asked and is not answered. */
interface Question {
  readonly request: Request;
  readonly resolve: (answer: Answer | null) => void;
  readonly reject: (error: Error) => void;
}

/** What the worker says unasked. */
export interface Listener {
  /** Bytes have come. */
  progress(loaded: Loaded): void;
  /** A drawing that some ways have read is read by all. */
  complete(answer: Answer): void;
  /** A network can't be loaded. */
  failure(error: Error): void;
}

function errorOf({ sentence, isUnable }: Failure): Error {
  return isUnable ? new UnableError(sentence) : new Error(sentence);
}

export class Reader {
  private readonly worker: Worker;
  private underWay: Question | null = null;
  private readonly programs: Question[] = []; // what programs asked; each is answered
  private latest: Question | null = null; // what the sheet asked last
  private count = 0;
  private hasAnswered = false; // before, a later drawing takes the place of the one that waits for the networks
  private stopped: Error | null = null; // why nothing is read any more

  constructor(private readonly listener: Listener) {
    this.worker = new Worker(new URL('worker.js', document.baseURI), { type: 'module' });
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.hear(data);
    this.worker.onerror = () => {
      this.stopped = new Error('The part of the page that reads has stopped; reload the page.');
      this.listener.failure(this.stopped);
      this.settle(this.stopped);
    };
  }

  /** The reading of the sheet by the ways that are ready; null where a later one has come before its turn. */
  readSheet(source: Source, methods: readonly Method[]): Promise<Answer | null> {
    return new Promise((resolve, reject) => {
      this.latest?.resolve(null);
      this.latest = { request: { id: ++this.count, source, methods, isPatient: false }, resolve, reject };
      if (this.hasAnswered || this.underWay?.request.isPatient !== false) this.next();
      else this.settle(null);
    });
  }

  /** The reading of a picture by all ways, for a program, or with what lies between. */
  readPicture(source: Source, methods: readonly Method[], isInside = false): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = { id: ++this.count, source, methods, isPatient: true, isInside };
      this.programs.push({ request, resolve: (answer) => resolve(answer!), reject });
      this.next();
    });
  }

  private hear(said: FromWorker): void {
    this.hasAnswered ||= said.kind === 'answer';
    if (said.kind === 'progress') this.listener.progress(said.loaded);
    else if (said.id === this.underWay?.request.id) this.settle(said.kind === 'answer' ? said : errorOf(said));
    else if (said.kind === 'answer') this.listener.complete(said);
    else this.listener.failure(errorOf(said));
  }

  private next(): void {
    if (this.underWay) return;
    if (this.stopped) {
      this.latest?.reject(this.stopped);
      for (const { reject } of this.programs.splice(0)) reject(this.stopped);
      this.latest = null;
      return;
    }
    this.underWay = this.latest ?? this.programs.shift() ?? null;
    if (this.underWay === this.latest) this.latest = null;
    if (this.underWay) this.worker.postMessage(this.underWay.request);
  }

  private settle(outcome: Answer | Error | null): void {
    const question = this.underWay;
    this.underWay = null;
    if (outcome instanceof Error) question?.reject(outcome);
    else question?.resolve(outcome);
    this.next();
  }
}
