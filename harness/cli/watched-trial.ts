/**
 * The trial of plug-ins under a time limit. A file that comes to no end is told to be wrong, and
 * the others are tried without waiting for it; what an author throws out of timers and promises
 * is told as theirs.
 */
import { resolve } from 'node:path';
import { watchThread } from '#harness';
import { formatDuration } from '#kernel';
import type { Host } from './host.ts';
import {
  LOADED,
  lineIn,
  lineOfExport,
  named,
  type Placed,
  type Told,
  type TrialNews,
  type TrialOrder,
} from './plugin-trial.ts';

type At = Extract<TrialNews, { kind: 'at' }>;

export async function watchedTrial(
  host: Host,
  files: readonly string[],
  withinMs: number,
): Promise<Told[]> {
  const paths = files.map((file) => resolve(host.cwd, file));
  const told = new Map<string, Told>();
  const strays: { path: string; problem: Placed }[] = [];
  const loadable = new Set(paths);
  let at: At = { kind: 'at', path: '', duty: LOADED, of: { family: null, kind: null } };
  const hear = (news: TrialNews): void => {
    if (news.kind === 'at') at = news;
    else if (news.kind === 'told') told.set(news.path, news.told);
    else if (news.kind === 'stray') strays.push(strayOf(host, paths, at.path, news));
    else if (news.kind === 'ours') throw new Error(news.stack);
  };
  const isLast = ({ kind }: TrialNews): boolean => kind === 'done';
  for (;;) {
    const order: TrialOrder = { paths: [...loadable], told: [...told.keys()] };
    if (await watchThread(script(), order, withinMs, { hear, isLast })) break;
    told.set(at.path, endless(host, at, withinMs));
    if (at.duty === LOADED) loadable.delete(at.path);
  }
  return paths.flatMap((path) => {
    const one = told.get(path);
    const own = strays.filter((stray) => stray.path === path).map(({ problem }) => problem);
    return one === undefined ? [] : [withStrays(one, own)];
  });
}

function script(): URL {
  const here = import.meta.url;
  return new URL(`./check-plugin-thread.${here.endsWith('.ts') ? 'ts' : 'js'}`, here);
}

const endless = (host: Host, { path, duty, of }: At, withinMs: number): Told => ({
  file: named(host, path),
  ...of,
  verdict: 'wrong',
  duties: 0,
  problems: [
    {
      line: lineOfExport(host, path),
      message: `did not end within ${formatDuration(withinMs)} in duty '${duty}'`,
      remedy: 'something in it waits or turns for ever; --within gives a slow machine more time',
    },
  ],
  notes: [],
});

/** Of the file that its place names, else of the one that was tried just then. */
function strayOf(
  host: Host,
  paths: readonly string[],
  current: string,
  { message, remedy = '' }: { message: string; remedy?: string },
): { path: string; problem: Placed } {
  const path = paths.find((one) => lineIn(one, remedy) !== null) ?? current;
  const line = lineIn(path, remedy) ?? lineOfExport(host, path);
  return { path, problem: { line, message, ...(remedy === '' ? {} : { remedy }) } };
}

/** The same is thrown in every life that is tried: once is enough. */
function withStrays(told: Told, strays: readonly Placed[]): Told {
  if (strays.length === 0) return told;
  const key = ({ line, message }: Placed): string => `${line} ${message}`;
  const once = new Map(strays.map((stray) => [key(stray), stray]));
  return { ...told, verdict: 'wrong', problems: [...told.problems, ...once.values()] };
}
