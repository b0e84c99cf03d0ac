/**
 * The walls of the house (DESIGN, section 3) as rules, each with its reason. `tools/walls.ts` runs them over the
 * house and over tools/canary, where every rule must be seen to fire.
 */
import {
  HARNESS_FLOORS,
  MACHINE_FILES,
  OUTSIDE,
  PLATFORM_FLOORS,
  PLATFORM_TOP,
  PURE_ROOMS,
  ROOMS,
} from './tools/house.ts';

const TESTS = OUTSIDE.source;
const ANY_ROOM = `(${ROOMS.join('|')})`;
const DOOR = '/index[.]ts$';
/** What only the roof may do: the command line, and the public face for scenario and plug-in authors. */
const ROOF = '^harness/(?:cli/|authors[.]ts$)';

/** Room → the rooms whose doors it may enter, and why no others. */
const MAY_ENTER = [
  ['kernel', [], 'the shared words stand on nothing'],
  ['scenarios', ['kernel'], 'what people write knows nothing of how it is run'],
  ['devices', ['kernel'], 'a device knows neither packets nor sockets, platforms nor faults'],
  ['chaos', ['kernel'], 'a fault acts through hands that it is given'],
  ['twins/platform', ['kernel'], 'a bug common to platform and oracles would be invisible'],
  ['twins/oracles', ['kernel'], 'a bug common to oracles and platform would be invisible'],
  [
    'harness',
    ['kernel', 'devices', 'scenarios', 'chaos', 'twins/platform'],
    'harness and reports meet only in the ledger and the result document',
  ],
  [
    'reports',
    ['kernel', 'twins/oracles'],
    'judging must be possible later and elsewhere, from the run directory alone',
  ],
];

const walls = MAY_ENTER.map(([room, doors, comment]) => ({
  name: `walls:${room}`,
  comment,
  severity: 'error',
  from: { path: `^${room}/`, pathNot: [TESTS, ROOF] },
  to: {
    path: `^${ANY_ROOM}/`,
    pathNot: [`^${room}/`, ...doors.map((door) => `^${door}${DOOR}`)],
  },
}));

/** Inside the harness: a room may use those below it. */
const floors = HARNESS_FLOORS.slice(0, -1).map((room, index) => ({
  name: `floors:${room}`,
  comment: 'Arrows inside the harness go down; what both need lies in a room below.',
  severity: 'error',
  from: { path: `^harness/${room}/`, pathNot: TESTS },
  to: { path: `^harness/(?:${HARNESS_FLOORS.slice(index + 1).join('|')})/` },
}));

/** Inside the platform twin: a room knows those it stands on and the contracts, nothing above. */
const platformFloors = Object.entries(PLATFORM_FLOORS).map(([room, below]) => ({
  name: `platform:${room}`,
  comment: 'Arrows inside the platform go down: store, then services or broker, then start, serve.',
  severity: 'error',
  from: { path: `^twins/platform/${room}/`, pathNot: TESTS },
  to: {
    path: [
      `^twins/platform/(?:${Object.keys(PLATFORM_FLOORS).join('|')})/`,
      `^twins/platform/(?:${PLATFORM_TOP.join('|')})[.]ts$`,
    ],
    pathNot: [room, ...below].map((one) => `^twins/platform/${one}/`),
  },
}));

/** Its only files outside a room: the door, and the public face. */
const LOOSE = '^harness/(?:index|authors)[.]ts$';

export default {
  forbidden: [
    ...walls,
    ...floors,
    ...platformFloors,
    {
      name: 'platform:each-service-alone',
      comment:
        'A service that needs another asks it through a port, so that either can be replaced.',
      severity: 'error',
      from: { path: '^twins/platform/services/([^/.]+)', pathNot: TESTS },
      to: { path: '^twins/platform/services/', pathNot: '^twins/platform/services/$1[./]' },
    },
    {
      name: 'no-loose-files',
      comment: 'A file of the harness lies in a room that says what it is for.',
      severity: 'error',
      from: { path: '^harness/[^/]+[.]ts$', pathNot: [TESTS, LOOSE] },
      to: {},
    },
    {
      name: 'doors-only',
      comment:
        'A room is entered by its index.ts, so that its inside can change. Tests may use testing/.',
      severity: 'error',
      from: { path: `^${ANY_ROOM}/` },
      to: { path: `^${ANY_ROOM}/`, pathNot: ['^$1/', `^${ANY_ROOM}${DOOR}`, '/testing/'] },
    },
    {
      name: 'cli-is-the-roof',
      comment: 'The command line composes everything; whoever imported it would import everything.',
      severity: 'error',
      from: { path: `^${ANY_ROOM}/`, pathNot: [ROOF, TESTS] },
      to: { path: ROOF },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'renderers-see-results-only',
      comment:
        'A reporter renders the result and its environment; it cannot see, so not change, a verdict.',
      severity: 'error',
      from: { path: '^reports/(?:reporters|plots)/', pathNot: TESTS },
      to: {
        pathNot: [
          '^reports/(?:reporters|plots)/',
          '^reports/(?:result|result-schema|reporter|wording)[.]ts$',
          `^kernel${DOOR}`,
        ],
      },
    },
    {
      name: 'pure-rooms',
      comment:
        'Time, randomness, digests, files and sockets are handed in; not even a core type is needed.',
      severity: 'error',
      from: { path: `^(?:${PURE_ROOMS.join('|')})/`, pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-by-list',
      comment:
        'Only the MACHINE_FILES of tools/house.ts touch the machine; take a port from one of them.',
      severity: 'error',
      from: {
        path: '^(?:harness|chaos|twins/platform)/',
        pathNot: [TESTS, ...MACHINE_FILES.map((file) => `^${file}$`)],
      },
      to: {
        pathNot: '^(?:node:)?(?:path|url)$',
        dependencyTypes: ['core'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'bare-kernel',
      comment:
        'Every room carries what the kernel imports; it may have seedrandom, which derives the streams.',
      severity: 'error',
      from: { path: '^kernel/', pathNot: TESTS },
      to: {
        path: 'node_modules/',
        pathNot: 'node_modules/(?:@types/)?seedrandom/',
      },
    },
    {
      name: 'shipped-dependencies-only',
      comment:
        'A package that is only a development dependency is missing where the product is installed.',
      severity: 'error',
      from: { path: `^${ANY_ROOM}/`, pathNot: TESTS },
      to: {
        path: 'node_modules/',
        pathNot: 'node_modules/@types/',
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        // Whoever asks for an optional peer says what to install where it is missing.
        dependencyTypesNot: ['npm-peer'],
      },
    },
    {
      name: 'production-not-on-tests',
      comment:
        'What is shipped must not need what is not: tests, their helpers, tools and benchmarks.',
      severity: 'error',
      from: { path: `^${ANY_ROOM}/`, pathNot: TESTS },
      to: { path: [TESTS, '^tools/', '^bench/'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that nobody can follow is an import that no other wall can judge.',
      severity: 'error',
      // What a k6 was built with no package brings.
      from: { path: `^${ANY_ROOM}/`, pathNot: '^scenarios/k6/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:dist|tools/canary)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
