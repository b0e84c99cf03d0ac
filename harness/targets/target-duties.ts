/**
 * What every kind of target owes: a name and a reason for each of its promises, the same facts each
 * time it is planned, and no parameter in the plan that it does not declare.
 */
import { type Duty, exampleOf } from '#kernel';
import { parseScenario } from '#scenarios';
import type { TargetFacts } from '../plan/target-words.ts';
import type { TargetKind } from './target.ts';

export const duties: readonly Duty<TargetKind>[] = [
  {
    says: 'has a reason for each promise',
    flaws: ({ promises }) =>
      Object.entries(promises)
        .filter(([, { because }]) => !/\w/.test(because))
        .map(([name]) => `promises.${name} has no reason`),
  },
  {
    says: 'offers each port once',
    flaws: ({ offers }) =>
      new Set(offers).size === offers.length ? [] : ['offers names a port twice'],
  },
  {
    says: 'plans the same twice, under a name',
    flaws: (kind) => {
      const [first, second] = [factsOf(kind), factsOf(kind)];
      const same = JSON.stringify(first) === JSON.stringify(second);
      return [
        ...(same ? [] : ['plan gives other facts the second time']),
        ...(typeof first.name === 'string' && first.name !== '' ? [] : ['plan gives no name']),
      ];
    },
  },
  {
    says: 'puts no more than its own parameters into the plan',
    flaws: (kind) =>
      Object.keys(factsOf(kind).params)
        .filter((name) => !(name in kind.params))
        .map((name) => `plan gives a parameter '${name}' that it does not declare`),
  },
];

/** As for a scenario that names it and sets what must be set. */
function factsOf(kind: TargetKind): TargetFacts {
  const lines = ['twinstorm: 1', 'name: x', 'fleet: [{ model: m, count: 1 }]'];
  const text = [...lines, `target: { kind: ${kind.kind} }`].join('\n');
  const parsed = parseScenario(text, 'x.yaml');
  if (!parsed.ok) return { name: '', params: {}, broker: null, elsewhere: null, killable: false };
  const { target: written } = parsed.scenario;
  const params = Object.fromEntries(
    Object.entries(exampleOf(kind.params)).map(([name, value]) => [
      name,
      value === 'text' ? ADDRESS : value,
    ]),
  );
  return kind.plan({ params, written, brokers: new Map(), services: ['telemetry'] });
}

/** What a target asks for in words is most often where it is. */
const ADDRESS = 'mqtt://127.0.0.1';
