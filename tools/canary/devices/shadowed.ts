/** Honest: these words are locals and members, not the globals of the same name. */
export function shadowed(process: { pid: number }, clock: { Date: number }): number {
  const performance = clock.Date;
  return process.pid + performance;
}

export const keys = { Date: 1, process: 2 };
const { process: renamed, Date: dated } = keys;
export const taken = [renamed, dated];
