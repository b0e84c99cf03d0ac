/**
 * What is played in front of the liar: one small fleet that gives every lie something to be about
 * (retained status, wills, persistent sessions, commands) and one outage that sends the whole fleet
 * away and back. A scene about new sessions takes half of its power instead: who restarts asks for
 * one.
 */
import type { LieRules } from '../../harness/testing/lie-book.ts';

export interface Scene {
  name: string;
  /** Of readings, status, answers, wills and commands alike. */
  qos: 1 | 2;
  lies: LieRules;
  /** In place of the outage. */
  powerCut?: boolean;
}

/** What is lied about: all but status and wills, which have lies of their own. */
const MESSAGES = /\/(telemetry|answer|command)$/;
/**
 * Ids of devices. The observers and the commander speak to the liar as well; the lie is not meant
 * for them.
 */
const DEVICES = /\/rooms\//;
const DEVICE_IDS = /-rooms_/;

const UPWARD = /\/(telemetry|answer)$/;
/** Streams of which the plan tells the time of every number, so that a changed number shows. */
const NUMBERED = /\/(telemetry|command)$/;
const COMMANDS = /\/command$/;

/**
 * Few enough to be listed one by one in the result, and spread over the whole run up to its last
 * second.
 */
const TIMES = 20;

export const SCENES: readonly Scene[] = [
  { name: 'drops QoS 1', qos: 1, lies: { 'drop-qos1': about(79, UPWARD) } },
  { name: 'drops commands, QoS 1', qos: 1, lies: { 'drop-qos1': about(9, COMMANDS) } },
  { name: 'drops QoS 2', qos: 2, lies: { 'drop-qos2': about(79, UPWARD) } },
  { name: 'drops commands, QoS 2', qos: 2, lies: { 'drop-qos2': about(9, COMMANDS) } },
  { name: 'delivers QoS 2 twice', qos: 2, lies: { 'twice-qos2': about(83) } },
  { name: 'swaps two, QoS 1', qos: 1, lies: { swap: about(71) } },
  { name: 'swaps two, QoS 2', qos: 2, lies: { swap: about(71) } },
  { name: 'changes a byte, QoS 1', qos: 1, lies: { 'change-byte': about(83) } },
  { name: 'changes a byte, QoS 2', qos: 2, lies: { 'change-byte': about(83) } },
  { name: 'changes any byte, QoS 1', qos: 1, lies: { 'change-any-byte': about(17, NUMBERED) } },
  { name: 'changes any byte, QoS 2', qos: 2, lies: { 'change-any-byte': about(17, NUMBERED) } },
  { name: 'invents', qos: 1, lies: { invent: about(83) } },
  {
    name: 'forgets sessions',
    qos: 1,
    lies: { 'forget-session': { every: 3, times: TIMES, where: DEVICE_IDS } },
  },
  {
    name: 'keeps what it should have forgotten',
    qos: 1,
    // Half of the twelve that restart; at the end the runner itself asks for clean sessions.
    lies: { 'keep-session': { every: 2, times: 6, where: DEVICE_IDS } },
    powerCut: true,
  },
  {
    name: 'forgets retained',
    qos: 1,
    lies: { 'forget-retained': { every: 3, times: TIMES, where: DEVICES } },
  },
  {
    name: 'stale retained',
    qos: 1,
    lies: { 'stale-retained': { every: 3, times: TIMES, where: DEVICES } },
  },
  {
    name: 'all at once, QoS 2',
    qos: 2,
    lies: {
      'drop-qos2': about(173, UPWARD),
      'twice-qos2': about(181),
      swap: about(157),
      'change-byte': about(167),
      invent: about(191),
      'forget-session': { every: 7, times: TIMES, where: DEVICE_IDS },
      'forget-retained': { every: 5, times: TIMES, where: DEVICES },
      'stale-retained': { every: 5, times: TIMES, where: DEVICES },
    },
  },
];

/** Half a minute of it, for the tests. */
export const SHORT_SECONDS = 5;
export const SHORT: Scene = {
  name: 'a bit of everything',
  qos: 1,
  lies: {
    'drop-qos1': { ...about(97, UPWARD), times: 6 },
    swap: { ...about(89), times: 6 },
    'change-byte': { ...about(101), times: 6 },
    'forget-session': { every: 5, times: 4, where: DEVICE_IDS },
    'stale-retained': { every: 6, times: 4, where: DEVICES },
  },
};

/** Nothing but the truth passes through the liar. */
export const TRUTHFUL: readonly Scene[] = [
  { name: 'truthful, QoS 1', qos: 1, lies: {} },
  { name: 'truthful, QoS 2', qos: 2, lies: {} },
];

function about(every: number, where = MESSAGES): { every: number; times: number; where: RegExp } {
  return { every, times: TIMES, where };
}

/** So long that the keep-alive runs out first, and a command is missed that nobody calls recent. */
const POWER_CUT = 'for: 12s, fault: power-cut, where: 50%';

/**
 * The scenario's text. `seconds` is the length of the steady phase and, with the outage in it, of
 * the chaos.
 */
export const scenarioOf = (
  { name, qos, powerCut = false }: Scene,
  seconds = powerCut ? 15 : 8,
): string => `twinstorm: 1
name: stranger
about: '${name}'
seed: 7
time: { warmup: 4s, steady: ${seconds}s, chaos: ${seconds}s, settle: 8s, drain: 4s }
fleet:
  - id: rooms
    model: room-thermostat
    count: 24
    every: 500ms
    qos: ${qos}
    session: persistent
    keep-alive: 5s
    will: true
    retain: status
    backoff: { base: 400ms, cap: 2s }
commands: { every: 2s, to: ${powerCut ? 100 : 50}%, qos: ${qos} }
chaos:
  - { id: away, at: chaos+1s, ${powerCut ? POWER_CUT : 'for: 3s, fault: outage'} }
expect: [no-acked-loss, session-kept, retained-current, will-honest, no-phantom, in-order]
`;
