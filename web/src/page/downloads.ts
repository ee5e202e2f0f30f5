/** Files of the page, fetched with real bytes told. */

/** Bytes of each file by its name, as the build has counted them. */
export type Sizes = Readonly<Record<string, number>>;

export class Downloads {
  private loaded = 0;
  private wanted = 0;

  constructor(
    private readonly base: URL,
    private readonly sizes: Sizes,
    private readonly tell: (bytes: number, total: number) => void,
  ) {}

  /**
   * The bytes of a file.
   *
   * @throws {Error} it can't be fetched; the message is in the user's words.
   */
  async bytes(name: string): Promise<Uint8Array> {
    const size = this.sizes[name] ?? 0;
    this.wanted += size;
    const answer = await fetch(new URL(name, this.base)).catch(() => null);
    if (!answer?.ok || !answer.body) throw new Error(`The page could not load ${name}; is there a connection? Reload to try again.`);
    const data = new Uint8Array(size);
    let at = 0;
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (at + part.value.length > size) break;
      data.set(part.value, at);
      at += part.value.length;
      this.loaded += part.value.length;
      this.tell(this.loaded, this.wanted);
    }
    if (at !== size) throw new Error(`The page came in two versions that do not fit (${name}); reload it.`);
    return data;
  }

  /** A file of JSON. */
  async json<Value>(name: string): Promise<Value> {
    return JSON.parse(new TextDecoder().decode(await this.bytes(name))) as Value;
  }
}
