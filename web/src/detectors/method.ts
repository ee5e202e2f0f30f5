/** What there is to know of a method before it is loaded. */

import constants from '../constants.json';

/** In the order in which they read. */
export const { METHODS } = constants['detectors'];

export function methodOf(name: string) {
  return METHODS.find((each) => each.name === name)!;
}
