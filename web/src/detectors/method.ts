/** What there is to know of a method before it is loaded. */

import constants from '../constants.json';

/** In the order in which they read. */
export const { METHODS } = constants['detectors'];

export function methodOf(name: string) {
  return METHODS.find((each) => each.name === name)!;
}

/** The network that a method runs, by the name of its files. */
export function networkOf(name: string): string {
  return name.replace('contours-', '');
}
