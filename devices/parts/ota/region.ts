/**
 * How far an update is, as a region of the device's statechart. Each event is called after the
 * state that it leads to; those with `up-` say what the flash told a device that has just come up,
 * whatever it did when it went down.
 *
 *   idle → notified → waiting → downloading → verifying → staged → installing → rebooting
 *     verifying → downloading, where a patch is no good
 *     rebooting → (up) testing → confirmed
 *     installing → testing → rolled-back, of what needs no restart
 *     from anywhere failed; from a boot without the new image rolled-back
 */
export const STATES = [
  'idle',
  'notified',
  'waiting',
  'downloading',
  'verifying',
  'staged',
  'installing',
  'rebooting',
  'testing',
  'confirmed',
  'failed',
  'rolled-back',
] as const;
export type OtaState = (typeof STATES)[number];

/** What a device may find itself in when it comes up. */
export type UpState = 'idle' | 'waiting' | 'downloading' | 'staged' | 'testing' | Over;
export type Over = 'confirmed' | 'failed' | 'rolled-back';

const UP: readonly UpState[] = [
  'idle',
  'waiting',
  'downloading',
  'staged',
  'testing',
  'confirmed',
  'failed',
  'rolled-back',
];

const NEXT: Readonly<Record<OtaState, readonly OtaState[]>> = {
  idle: ['notified'],
  notified: ['waiting', 'confirmed', 'failed'],
  waiting: ['downloading', 'failed'],
  downloading: ['verifying', 'failed'],
  verifying: ['staged', 'downloading', 'failed'],
  staged: ['installing', 'failed'],
  installing: ['rebooting', 'testing', 'failed'],
  rebooting: [],
  testing: ['confirmed', 'rebooting', 'rolled-back'],
  confirmed: ['notified'],
  failed: ['notified'],
  'rolled-back': ['notified'],
};

const note = (state: OtaState) => ({ type: 'note', params: { state: `ota.${state}` } }) as const;

export const region = {
  initial: 'idle',
  on: Object.fromEntries(UP.map((state) => [`ota.up-${state}`, { target: `.${state}` }])),
  states: Object.fromEntries(
    STATES.map((state) => [
      state,
      {
        entry: note(state),
        on: Object.fromEntries(NEXT[state].map((next) => [`ota.${next}`, { target: next }])),
      },
    ]),
  ),
};
