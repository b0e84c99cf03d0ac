/**
 * What every broker that is known by name owes: a reason for each promise, and where it can be
 * started, a configuration of the place it is given and of no other.
 */

import type { Duty } from '#kernel';
import { brokerWords } from '../plan/target-words.ts';
import type { BrokerKind } from './broker.ts';

const PORT = 4711;
const SPARES = [4712, 4713, 4714, 4715];
const FOLDER = '/run-of-a-duty/';

export const duties: readonly Duty<BrokerKind>[] = [
  {
    says: 'has a reason for each promise',
    flaws: ({ promises }) =>
      Object.entries(promises)
        .filter(([, promise]) => !/\w/.test(promise?.because ?? ''))
        .map(([name]) => `promises.${name} has no reason`),
  },
  {
    says: 'shares no binary with another',
    flaws: (broker, catalog) =>
      [...catalog.of(brokerWords).values()]
        .filter(({ kind }) => kind !== broker.kind)
        .flatMap(({ kind, binaries }) =>
          binaries
            .filter((name) => broker.binaries.includes(name))
            .map((name) => `the binary ${name} is that of ${kind}`),
        ),
  },
  {
    says: 'is configured for the place that it is given, and nowhere else',
    flaws: ({ recipe, binaries }) => {
      if (recipe === undefined) return [];
      const file = (name: string): string => `${FOLDER}${name}`;
      const place = {
        host: '127.0.0.1',
        port: PORT,
        binary: binaries[0] ?? '',
        spares: SPARES,
        file,
      };
      const { args, files } = recipe.configure(place);
      return [
        ...(JSON.stringify([args, files]).includes(String(PORT))
          ? []
          : ['its configuration does not name the port']),
        ...Object.keys(files)
          .filter((path) => !path.startsWith(FOLDER))
          .map((path) => `it writes ${path}, outside the run`),
        ...(recipe.bring === '' ? ['recipe.bring says nothing'] : []),
        ...(binaries.length === 0 ? ['it can be started and names no binary'] : []),
      ];
    },
  },
];
