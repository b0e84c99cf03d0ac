/** What a dialect brings to no device is told with the plan, and what it brings is not. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { catalog, plan } from '../testing/planned.ts';
import { broughtProblems } from './brought-problems.ts';

const COMMANDS = 'commands: { every: 2s, to: 100%, qos: 1 }';
function told(kind: string, ...more: string[]) {
  const outcome = plan({ more });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return toldOf(kind, outcome.plan.streams, outcome.plan.target);
}

function toldOf(kind: string, streams: Plan['streams'], target: Plan['target']) {
  return broughtProblems({ streams, target: { ...target, kind, dialect: 'thingsboard' } }, catalog);
}

it('what it brings comes by the face of the twin', () => {
  expect(told('embedded', COMMANDS)).toEqual([]);
});

it('nothing else does', () => {
  const outcome = plan({ more: [COMMANDS] });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const { streams, target } = outcome.plan;
  const calls = streams
    .filter(({ name }) => name === 'command')
    .map((stream) => ({ ...stream, name: 'call' }));
  expect(toldOf('embedded', [...streams, ...calls], target)).toEqual([
    {
      ...{ code: 'dialect', path: 'target.dialect' },
      message: 'the dialect thingsboard brings call down to no device',
      hint: 'it brings command and twin-delta; leave out what needs more',
    },
  ]);
});

it('and nothing at all to devices of a server, where it is sent', () => {
  expect(told('url')).toEqual([]);
  expect(told('url', COMMANDS)).toMatchObject([
    { message: 'the dialect thingsboard brings command down to no device' },
  ]);
});
