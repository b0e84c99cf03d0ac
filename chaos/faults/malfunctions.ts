/**
 * Machines of a fleet go wrong as machines do: some of them, each in one way, some day, more or
 * less badly, and most never. Each is drawn for its device alone, so one device more changes no
 * other's.
 */
import { GROWTHS, isSelected, type Malfunction, streamKey, unitAt } from '#kernel';
import { type DrawnFault, defineFault, type FaultDraw } from '../fault.ts';
import { strikeDevices } from '../strike.ts';
import malfunction from './malfunction.ts';

export default defineFault({
  kind: 'malfunctions',
  summary: 'draws for each device whether, when, how and how badly its machine goes wrong',
  acts: 'part',
  additive: true,
  parts: ['machine'],
  params: {
    draw: {
      kind: 'list',
      of: { kind: 'text', about: 'The name of a malfunction.' },
      about: 'Of which one is drawn, as far as the model has them; all of them, if left out.',
      optional: true,
      min: 1,
    },
    prevalence: {
      kind: 'share',
      about: 'Of all devices, so many go wrong at all.',
      default: '30%',
    },
    mildest: {
      kind: 'number',
      about: 'The least severity that is drawn.',
      default: 0.3,
      min: 0,
      max: 1,
    },
    worst: {
      kind: 'number',
      about: 'The greatest severity that is drawn.',
      default: 1,
      min: 0,
      max: 1,
    },
    grows: {
      kind: 'choice',
      of: [...GROWTHS, 'any'],
      about: 'How it comes: at once, evenly, ever faster, by fits and starts, or any of these.',
      default: 'any',
    },
    lasts: {
      kind: 'duration',
      about: 'From its onset until it is mended; else it stays until the fault ends.',
      min: '1ms',
      optional: true,
    },
  },
  resolve: () => ({ toxics: [], down: false, part: {}, proof: { kind: 'misbehaved' } }),
  draw: (params, draw) => draw.devices.flatMap((device) => drawn(params, draw, device) ?? []),
  inject: strikeDevices,
});

type Params = Parameters<NonNullable<ReturnType<typeof defineFault>['draw']>>[0];

function drawn(
  { draw: wanted, prevalence, mildest, worst, grows, lasts }: Params,
  { seed, id, from, to }: FaultDraw,
  device: FaultDraw['devices'][number],
): DrawnFault | null {
  if (!isSelected(seed, device.id, id, Number(prevalence))) return null;
  const kinds = wanted === undefined ? device.malfunctions : (wanted as readonly string[]);
  const known = kinds.filter((kind) => device.malfunctions.includes(kind));
  const key = streamKey(seed, `fault/${id}/${device.id}`);
  const of = known[Math.floor(unitAt(key, 0) * known.length)];
  if (of === undefined) return null;
  const span = lasts === undefined ? null : Number(lasts);
  const room = Math.max(0, to - from - (span ?? (to - from) / 4));
  const begins = from + Math.floor(unitAt(key, 1) * room);
  const ends = span === null ? to : Math.min(to, begins + span);
  const severity = Number(mildest) + unitAt(key, 2) * (Number(worst) - Number(mildest));
  const law =
    grows === 'any' ? (GROWTHS[Math.floor(unitAt(key, 3) * GROWTHS.length)] ?? 'step') : grows;
  const how: Malfunction = {
    kind: of,
    severity: Math.round(severity * 1000) / 1000,
    grows: law as Malfunction['grows'],
    // It is as bad as it gets before it is over.
    overMs: Math.max(1, Math.floor(((ends - begins) * (1 + unitAt(key, 4))) / 2)),
  };
  return {
    device: device.index,
    kind: malfunction.kind,
    from: begins,
    to: ends,
    params: { of, severity: how.severity, grows: how.grows, over: how.overMs ?? 1 },
  };
}
