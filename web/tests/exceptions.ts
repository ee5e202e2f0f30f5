/** Drawings on which a stage differs by more than it should, each with its reason. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {};
