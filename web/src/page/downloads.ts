/** Large files of the page, fetched one after the other in the order asked, so that what is read with first comes first. */

/** Bytes of each file by its name, as the build has counted them. */
export type Sizes = Readonly<Record<string, number>>;

/** Bytes that have come, and all, of what is loaded for one purpose. */
export type Loaded = Readonly<Record<string, readonly [bytes: number, total: number]>>;

const TOLD_EVERY_BYTES = 100_000;

export class Downloads {
  private readonly loaded: Record<string, [number, number]> = {};
  private line: Promise<unknown> = Promise.resolve(); // what is being fetched, and all that waits behind it

  constructor(
    private readonly base: URL,
    private readonly sizes: Sizes,
    private readonly tell: (loaded: Loaded) => void,
  ) {}

  /** Whether the build has put such a file there. */
  has(name: string): boolean {
    return `${name}.packed` in this.sizes;
  }

  /**
   * What a packed file holds.
   *
   * @param purpose under which its bytes are told, those of the wire.
   * @throws {Error} it can't be fetched; the message is in the user's words.
   */
  bytes(name: string, purpose: string): Promise<Uint8Array> {
    (this.loaded[purpose] ??= [0, 0])[1] += this.sizes[`${name}.packed`]!;
    const fetched = this.line.then(() => this.fetch(`${name}.packed`, purpose));
    this.line = fetched.catch(() => {
      delete this.loaded[purpose];
      this.tell(this.loaded);
    });
    return fetched;
  }

  private async fetch(name: string, purpose: string): Promise<Uint8Array> {
    const answer = await fetch(new URL(name, this.base)).catch(() => null);
    if (!answer?.ok || !answer.body) throw new Error(`The page could not load ${name}; is there a connection? Reload to try again.`);
    let [at, told] = [0, 0];
    const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (part, out) => {
        out.enqueue(part);
        at += part.length;
        const progress = this.loaded[purpose];
        if (progress) progress[0] += part.length;
        if (at - told < TOLD_EVERY_BYTES && at < this.sizes[name]!) return;
        told = at;
        this.tell(this.loaded);
      },
    });
    const content = answer.body.pipeThrough(count).pipeThrough(new DecompressionStream('gzip'));
    const data = await new Response(content).arrayBuffer().catch(() => null);
    if (!data || at !== this.sizes[name]) throw new Error(`The page could not load ${name} whole, or it came in two versions that do not fit; reload it.`);
    return new Uint8Array(data);
  }
}
