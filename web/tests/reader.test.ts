/** What the page is told, and when, while networks are still to come. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Failure, FromWorker, Request } from '../src/page/messages';
import { Reader } from '../src/page/reader';
import { UnableError } from '../src/page/support';

class FakeWorker {
  static last: FakeWorker;
  readonly asked: Request[] = [];
  onmessage!: (event: { data: FromWorker }) => void;
  onerror!: () => void;

  constructor() {
    FakeWorker.last = this;
  }

  postMessage(request: Request): void {
    this.asked.push(request);
  }

  say(said: Partial<Answer> | Partial<Failure>): void {
    this.onmessage({ data: said as FromWorker });
  }
}

/** A reader, its worker, and what it tells unasked. */
function begin(): [Reader, FakeWorker, unknown[]] {
  Object.assign(globalThis, { Worker: FakeWorker, document: { baseURI: 'https://example.org/' } });
  const told: unknown[] = [];
  const reader = new Reader({ progress: (loaded) => told.push(loaded), complete: ({ id }) => told.push(id), failure: (error) => told.push(error) });
  return [reader, FakeWorker.last, told];
}

test('a way that is ready answers, and all ways once more', async () => {
  const [reader, worker, told] = begin();
  const answer = reader.readSheet({}, ['yolov3', 'contours-cnn']);
  worker.say({ kind: 'answer', id: 1, readings: [] });
  assert.equal((await answer)!.id, 1);
  worker.say({ kind: 'answer', id: 1 });
  assert.deepEqual(told, [1]);
});

test('before the first answer a drawing takes the place of the one before it', async () => {
  const [reader, worker] = begin();
  const all = [reader.readSheet({}, []), reader.readSheet({}, []), reader.readSheet({}, [])];
  assert.deepEqual(worker.asked.map(({ id }) => id), [1, 2, 3]);
  worker.say({ kind: 'answer', id: 3 });
  assert.deepEqual((await Promise.all(all)).map((each) => each && each.id), [null, null, 3]);
});

test('a worker that has stopped is told at once, and whatever is asked from then on', async () => {
  const [reader, worker, told] = begin();
  const asked = reader.readSheet({}, []);
  worker.onerror();
  await assert.rejects(asked, /stopped/);
  await assert.rejects(reader.readPicture({}, []), /stopped/);
  assert.match((told[0] as Error).message, /reload/);
});

test('of drawings that wait only the latest is read, and before what programs ask', async () => {
  const [reader, worker] = begin();
  const first = reader.readSheet({}, []);
  worker.say({ kind: 'answer', id: 1 });
  await first;
  const all = [reader.readSheet({}, []), reader.readPicture({}, []), reader.readSheet({}, []), reader.readSheet({}, [])];
  for (const id of [2, 5, 3]) worker.say({ kind: 'answer', id });
  assert.deepEqual((await Promise.all(all)).map((each) => each && each.id), [2, 3, null, 5]);
  assert.deepEqual(worker.asked.map(({ isPatient }) => isPatient), [false, false, false, true]);
});

test('what nobody waits for and fails is told all the same', async () => {
  const [reader, worker, told] = begin();
  worker.say({ kind: 'failure', id: null, sentence: 'no line', isUnable: false });
  assert.equal((told[0] as Error).message, 'no line');
  const answer = reader.readSheet({}, []);
  worker.say({ kind: 'failure', id: 1, sentence: 'no memory', isUnable: true });
  await assert.rejects(answer, UnableError);
});
