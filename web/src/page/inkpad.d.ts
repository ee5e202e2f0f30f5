/** The pad is one source for both editions: ui/assets/inkpad.js, which the build wraps into a function. */
declare module 'inkpad' {
  /** What the sheet asks to be read. */
  export interface InkRequest {
    readonly at: number;
    readonly side?: number;
    readonly strokes?: unknown;
    readonly picture?: string | null;
    readonly view?: string;
    readonly file?: Blob;
  }

  export interface OneSheet {
    ask(source: { file: Blob }): void;
    land(at: number, picture?: string, pen?: string): void;
    use(pad: 'ink'): void;
    /** Puts strokes on the sheet in place of what is there. */
    load(saved: unknown): void;
    begin(): void;
    bringBack(): void;
  }

  export interface InkProps {
    readonly side: number;
    readonly pen: number;
    readonly every: number;
    value: InkRequest | null;
  }

  export default function inkPad(element: HTMLElement, props: InkProps): void;
}
