/** One run of a fleet in which every device loses its power at another step of its flash. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Result } from '#reports';
import { type CutWay, cutting } from './cuts.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'bin', 'twinstorm.js');
const CUTS = pathToFileURL(join(import.meta.dirname, 'cuts.ts')).href;

export interface CutRun {
  cuts: number;
  /** In which state of an update, how often. */
  states: ReadonlyMap<string, number>;
  /** The same of those that left off what was called off: by where they were before. */
  leftOff: ReadonlyMap<string, number>;
  /** Checkers of firmware that failed. */
  failed: string[];
  /** Promises of firmware that were decided. */
  judged: number;
  said: string;
}

const OWN = /^(?:ota-|inventory-true)/;

/**
 * `delta`: as a patch, and then one that is for what nobody runs any more. `cancelled`: called off
 * while devices load it, install it or try it, and then another one for all of them.
 */
export type Shipped = 'full' | 'delta' | 'cancelled';

const GATE = 'gate: { success: 50%, within: 30s }';
const offer = (what: string, at: string): string =>
  `  - ota: { ${what}, waves: [100%], at: chaos+${at} }\n`;
const goodOf = (to: string, shipped: Shipped, at: string): string =>
  offer(`to: ${to}, delta: ${shipped === 'delta'}, ${GATE}, tries: 3`, at);

/** The first changes the key. */
const KEYS = 'brings: [{ key: release-2, alg: ml-dsa-44 }], withdraws: [release-1]';
const NEW_KEY = 'key: release-2, alg: ml-dsa-44';
/** What no device should take or keep, and a patch that none can use: there bugs show. */
const BAD = [
  offer(`to: 2.1.0, ${KEYS}, ${GATE}, tries: 3`, '0s'),
  offer(`to: 6.6.6, ${NEW_KEY}, spoil: forged`, '28s'),
  offer(`to: 0.9.0, ${NEW_KEY}, spoil: downgrade`, '44s'),
  offer('to: 6.6.7', '60s'),
  offer(`to: 6.6.8, ${NEW_KEY}, spoil: unknown-key`, '76s'),
  offer(`to: 2.2.0, ${NEW_KEY}, delta: true, ${GATE}`, '92s'),
  offer(`to: 2.3.0, ${NEW_KEY}, defect: fails-self-test`, '108s'),
].join('');

const STAGE_HALF = '{ place: stage, erases: half }';
const tied = (state: string): string => `while: { state: ota.${state} }, at: chaos, for: 1s`;

/** Beside the cuts: none of it may take all that a device can run. */
const FLASH = [
  'chaos:',
  ...[
    'id: worn, at: chaos+26s, for: 30s, fault: worn-sector, where: 20%',
    'id: full, at: chaos+26s, for: 30s, fault: flash-full, where: 10%',
    `id: half-worn, at: chaos, for: 25s, fault: worn-sector, where: 20%, with: ${STAGE_HALF}`,
    `id: rots, ${tied('verifying')}, fault: bit-rot, where: 20%, with: { place: stage }`,
    `id: rots-beside, ${tied('installing')}, fault: bit-rot, where: 20%, with: { place: other }`,
  ].map((one) => `  - { ${one} }`),
  '',
].join('\n');

/**
 * By entry, how long after its begin each campaign is called off: see where that meets devices.
 * Those that load slowly cannot say that they had no time to leave it off.
 */
const CALLED_OFF = { rooms: '150ms', halls: '450ms', cellars: '1500ms', attics: '500ms' } as const;
const SLOW = 'attics';
const CANCELLED =
  Object.entries(CALLED_OFF)
    .map(([of, abort]) =>
      offer(`name: ${of}, of: ${of}, to: 2.1.0, ${GATE}, abort: chaos+${abort}`, '0s'),
    )
    .join('') + offer(`to: 2.2.0, ${GATE}, tries: 3`, '28s');

const entryOf = (id: string, devices: number): string => `  - id: ${id}
    model: room-thermostat
    count: ${devices}
    every: 20s
    keep-alive: 60s
    backoff: { base: 250ms, cap: 1s }
    parts: [{ ota: { pause: ${id === SLOW ? 2000 : 10}ms, test: 500ms } }]
`;

const scenarioOf = (fleet: string, offers: string, chaos: string): string => `twinstorm: 1
name: power-cuts
about: Power goes at each step of the flash, of each device at another one.
seed: 31
time: { warmup: 3s, steady: 3s, chaos: ${offers === BAD ? 140 : 60}s, settle: 20s, drain: 4s }
fleet:
${fleet}workflows:
${offers}${chaos}report: [json]
`;

/** Where bugs are to be found: at the end bits turn in what some run, and they come up again. */
const ROT = [
  'chaos:',
  '  - { id: rots, at: chaos+128s, for: 1s, fault: bit-rot, where: 10% }',
  '  - { id: cut, at: chaos+131s, for: 1500ms, fault: power-cut, where: 30% }',
  '',
].join('\n');

export async function playCuts(
  folder: string,
  way: CutWay,
  bug: string | null,
  devices: number,
  { shipped = 'full', flash = false }: { shipped?: Shipped; flash?: boolean } = {},
): Promise<CutRun> {
  const { kind: name } = await cutting(way, bug);
  const place = join(folder, `${name}-${shipped}`);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const isOff = shipped === 'cancelled';
  const isBad = way === 'sparse' && !isOff;
  const good = goodOf('2.1.0', shipped, '0s') + goodOf('2.2.0', shipped, '28s');
  const [offers, chaos] = isBad ? [BAD, ROT] : [isOff ? CANCELLED : good, flash ? FLASH : ''];
  const fleet = (isOff ? Object.keys(CALLED_OFF) : ['rooms'])
    .map((id) => entryOf(id, devices))
    .join('');
  writeFileSync(join(place, 'cuts.yaml'), scenarioOf(fleet, offers, chaos));
  const plugin = join(place, `${name}.ts`);
  const args = `${JSON.stringify(way)}, ${JSON.stringify(bug)}`;
  writeFileSync(
    plugin,
    `import { cutting } from ${JSON.stringify(CUTS)};\nexport default await cutting(${args});\n`,
  );
  const flags = ['--gear', 'sim', '--quiet', '--plugin', plugin, '--mutant', name];
  const out = join(place, 'run');
  const said = await twinstorm(['run', join(place, 'cuts.yaml'), ...flags, '--out', out]);
  const cuts = Number(/fired (\d[\d,]*)/.exec(said)?.[1]?.replaceAll(',', '') ?? 0);
  const own = checkersIn(out).filter(({ id }) => OWN.test(id));
  const failed = own.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
  const judged = own.reduce((sum, { decided }) => sum + decided, 0);
  return { cuts, ...(await statesIn(out)), failed, judged, said };
}

function checkersIn(out: string): Result['checkers'] {
  try {
    return (JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result).checkers;
  } catch {
    return [];
  }
}

/** In which state each device was that lost its power, or was told to leave off and did. */
async function statesIn(out: string): Promise<Pick<CutRun, 'states' | 'leftOff'>> {
  const [states, leftOff] = [new Map<string, number>(), new Map<string, number>()];
  const note = (where: Map<string, number>, device: string): void => {
    const at = now.get(device) ?? 'none';
    where.set(at, (where.get(at) ?? 0) + 1);
  };
  const now = new Map<string, string>();
  for (const line of (await twinstorm(['ledger', out])).split('\n')) {
    if (!line.startsWith('{')) continue;
    const { op, device, state, cause, why } = JSON.parse(line) as Record<string, string>;
    if (device === undefined) continue;
    if (op === 'state' && state?.startsWith('ota.')) now.set(device, state);
    if (op === 'off' && cause === 'power-cut') note(states, device);
    if (op === 'ota/ended' && why === 'cancelled') note(leftOff, device);
  }
  return { states, leftOff };
}

/** All that it said. */
function twinstorm(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => parts.push(bytes));
    }
    child.once('error', reject);
    child.once('close', () => resolve(Buffer.concat(parts).toString()));
  });
}
