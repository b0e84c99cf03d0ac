/** Runs the raw clients that a broker's file names: each is a process that knows an address. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { ForeignBroker } from './foreign-broker.ts';

const LONGEST_MS = 120_000;

export interface Confirmation {
  script: string;
  shown: boolean;
  /** The sentence that it ended with. */
  said: string;
}

/** The names of all scripts that a broker's file cites, each once. */
export const citedBy = ({ declares, findings }: ForeignBroker): string[] => [
  ...new Set([...declares, ...findings].flatMap(({ confirm }) => confirm ?? [])),
];

export function confirmBy(
  script: string,
  url: string,
  { login }: ForeignBroker,
): Promise<Confirmation> {
  const path = join(import.meta.dirname, 'confirm', `${script}.ts`);
  const who = login === undefined ? [] : [login.user, login.password];
  return new Promise((resolve) => {
    execFile(process.execPath, [path, url, ...who], { timeout: LONGEST_MS }, (error, out, err) => {
      const said = out.trim() === '' ? err.trim().slice(-200) : out.trim();
      resolve({ script, shown: error === null, said });
    });
  });
}
