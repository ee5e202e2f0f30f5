/** A WebAssembly module; the build makes its bytes of the text. */
declare module '*.wat' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
