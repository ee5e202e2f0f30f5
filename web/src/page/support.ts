/** Whether this browser can run the networks; where it cannot, the page says so, with a link to the page that has a server. */

import { byId, html } from './elements';

/** A module with one instruction on 128 bits: what the networks' runtime is made of. */
const SIMD_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

/** What the networks need is not there. */
export class UnableError extends Error {}

/** Why the networks can't run here; null where nothing speaks against it. */
export function findObstacle(): string | null {
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(SIMD_MODULE)) return 'it lacks WebAssembly with SIMD';
  if (typeof Worker !== 'function' || typeof OffscreenCanvas !== 'function' || typeof DecompressionStream !== 'function') return 'it is too old';
  const memory = (navigator as { deviceMemory?: number }).deviceMemory;
  return memory !== undefined && memory < 0.5 ? 'it has too little memory' : null;
}

/** Says in a sentence why the page can't read here. */
export function sayUnable(reason: string): void {
  const server = document.querySelector<HTMLMetaElement>('meta[name=server-page]')?.content;
  byId('verdict').replaceChildren(html('p', { class: 'verdict problem', role: 'alert' },
    html('strong', {}, 'This browser cannot read drawings by itself:'), ` ${reason}. `,
    server ? html('a', { href: server }, 'The page with a server reads them anywhere.') : 'Another browser, or a newer one, can.'));
}
