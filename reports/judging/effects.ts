/**
 * Whether a fault happened. The witnesses are our own: the probes of its cohorts and the devices it
 * was aimed at, never the proxy's counters. Each kind of proof says what must have been seen; what
 * nobody was in a position to see is undecided, and a fault that demonstrably did nothing makes the
 * run invalid.
 */
import type { Plan } from '#kernel';
import { type FaultWindow, overlaps, type Timeline } from '#oracles';
import { formatCount, plural } from '../wording.ts';
import { type Answer, askProbes, targetAnswer } from './probe-proofs.ts';

export interface Effect {
  effective: boolean | null;
  evidence: string;
}

/** What the targeted devices saw, summed over lanes: figures of the checker `fault-effective`. */
export interface EffectFigures {
  /** Messages sent by targets inside the window. */
  inside: number;
  /** Of those, the ones that reached an observer before the heal. */
  crossed: number;
  /** Of those, the ones that reached an observer after it. */
  late: number;
  /** Targets that lost or failed to get a connection in the window. */
  dropped: number;
  /** Targets that had power when theirs was to be cut. */
  powered: number;
  /** Of those, the ones that lost it and came back with a higher boot epoch. */
  rebooted: number;
}

export const EFFECT_FIGURES = [
  'inside',
  'crossed',
  'late',
  'dropped',
  'powered',
  'rebooted',
] as const satisfies readonly (keyof EffectFigures)[];

export const figureName = (fault: string, figure: keyof EffectFigures): string =>
  `${figure}/${fault}`;

/** Of the targets of a power cut, so many must have rebooted. */
const REBOOTED_SHARE = 0.95;

export function effectOf(
  fault: FaultWindow,
  plan: Plan,
  timeline: Timeline,
  figures: Readonly<Record<string, number>>,
): Effect {
  if (!fault.injected) return notInjected(fault, timeline);
  const seen = (name: keyof EffectFigures): number => figures[figureName(fault.id, name)] ?? 0;
  const devices: EffectFigures = {
    inside: seen('inside'),
    crossed: seen('crossed'),
    late: seen('late'),
    dropped: seen('dropped'),
    powered: seen('powered'),
    rebooted: seen('rebooted'),
  };
  const { proof } = fault.plan;
  if (isBlinded(fault, timeline)) {
    return { effective: null, evidence: 'We stood still ourselves for most of it.' };
  }
  if (proof.kind === 'rebooted') return rebootEffect(devices);
  if (proof.kind === 'target-down') {
    return toEffect([targetAnswer(fault, timeline, devices.dropped)], '');
  }
  const answers = fault.plan.cohorts.flatMap((cohort) => {
    const sightings = timeline.probes.get(cohort);
    return sightings === undefined ? [] : [askProbes(proof, fault, sightings, plan, timeline)];
  });
  return toEffect([...answers, ...askDevices(fault, devices)], deviceWords(fault, devices));
}

function notInjected(fault: FaultWindow, timeline: Timeline): Effect {
  const shut = timeline.gate?.open === false;
  const chaos = timeline.phase('chaos');
  const tooEarly = chaos === null || Math.min(chaos.to, timeline.end) < fault.plan.from * 1000;
  if (shut || tooEarly) return { effective: null, evidence: 'The run ended before its time.' };
  return { effective: false, evidence: 'It was never injected.' };
}

function isBlinded(fault: FaultWindow, timeline: Timeline): boolean {
  const to = Math.min(fault.to, timeline.end);
  // By process: two that stood still together were blind once.
  const blind = new Map<string, number>();
  for (const { process, ...stall } of timeline.stalls) {
    if (!overlaps(stall, fault)) continue;
    const span = Math.min(stall.to, to) - Math.max(stall.from, fault.from);
    blind.set(process, (blind.get(process) ?? 0) + span);
  }
  return Math.max(0, ...blind.values()) > (to - fault.from) / 2;
}

function rebootEffect(devices: EffectFigures): Effect {
  const { powered, rebooted } = devices;
  if (powered === 0) return { effective: null, evidence: 'No target had power when it was cut.' };
  return {
    effective: rebooted >= powered * REBOOTED_SHARE,
    evidence: `${formatCount(rebooted)} of ${plural(powered, 'target')} lost power and came back with a higher boot epoch.`,
  };
}

/** What the targets tell where it decides: a single message that crossed disproves a stall. */
function askDevices(fault: FaultWindow, devices: EffectFigures): Answer[] {
  const { proof } = fault.plan;
  if (proof.kind === 'stalled' && proof.up) {
    if (devices.crossed > 0) {
      const text = `${plural(devices.crossed, 'message')} of its targets crossed it`;
      return [{ kind: 'no', text }];
    }
    if (devices.inside > 0 && devices.late > 0) {
      const text = `of ${plural(devices.inside, 'message')} sent inside, none was seen before the heal and ${formatCount(devices.late)} after it`;
      return [{ kind: 'yes', text }];
    }
  }
  const closes = proof.kind === 'refused' || proof.kind === 'closed';
  if (closes && devices.dropped > 0) {
    return [{ kind: 'yes', text: `${plural(devices.dropped, 'target')} lost the connection` }];
  }
  return [];
}

const deviceWords = (fault: FaultWindow, devices: EffectFigures): string =>
  devices.dropped > 0 && fault.plan.proof.kind !== 'refused' && fault.plan.proof.kind !== 'closed'
    ? `${plural(devices.dropped, 'target')} noticed.`
    : '';

/** One contradiction is enough to disprove; half of the witnesses must have been able to see it. */
function toEffect(answers: readonly Answer[], more: string): Effect {
  const contradiction = answers.find((answer) => answer.kind === 'no');
  const proofs = answers.filter((answer) => answer.kind === 'yes');
  const blind = answers.filter((answer) => answer.kind === 'unseen');
  const said = contradiction ?? proofs[0] ?? blind[0];
  const rest = proofs.length > 1 ? `, and ${moreWitnesses(proofs.length - 1)}` : '';
  const text = said === undefined ? 'nobody was there to see it' : said.text;
  const evidence = [`${sentence(text)}${contradiction ? '' : rest}.`, more]
    .filter((part) => part !== '')
    .join(' ');
  if (contradiction !== undefined) return { effective: false, evidence };
  const proved = proofs.length > 0 && proofs.length >= blind.length;
  return { effective: proved ? true : null, evidence };
}

const moreWitnesses = (count: number): string =>
  count === 1 ? 'one more witness' : `${formatCount(count)} more witnesses`;

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
