/**
 * What can be written into the ledger: one table that says, per op, its code and its named fields.
 * The bytes, the types, what `twinstorm ledger` prints and the docs all follow from it. Codes stay
 * for ever; a capability declares ops of its own in the plan, with codes from 64.
 */

/** How a field is kept in bytes. */
export type FieldForm =
  /** Index into plan.devices, -1 for none. */
  | 'device'
  /** Code of a stream. */
  | 'stream'
  /** A whole number from 0. */
  | 'count'
  | 'signed'
  | 'boolean'
  /** 32 bits. */
  | 'hash'
  /** Bits of FLAG; the low two are the QoS. */
  | 'flags'
  | 'text';

export interface OpSpec {
  readonly code: number;
  readonly about: string;
  /** In the order in which they are written. */
  readonly fields: Readonly<Record<string, FieldForm>>;
}

const MESSAGE = { device: 'device', stream: 'stream', n: 'count' } as const;

export const OPS = {
  boot: {
    code: 1,
    about: 'A device came up.',
    fields: { device: 'device', epoch: 'signed', cause: 'text' },
  },
  off: { code: 2, about: 'Its power is gone.', fields: { device: 'device', cause: 'text' } },
  connect: {
    code: 3,
    about: 'A connect attempt starts: attempts since it was last online, hash of its will or 0.',
    fields: { device: 'device', attempt: 'signed', will: 'hash' },
  },
  online: {
    code: 4,
    about: 'CONNACK accepted; whether the target has its session.',
    fields: { device: 'device', present: 'boolean' },
  },
  'connect-failed': {
    code: 5,
    about: 'An attempt came to nothing.',
    fields: { device: 'device', why: 'text' },
  },
  offline: {
    code: 6,
    about: 'An established connection ended: closed, keep-alive, planned …',
    fields: { device: 'device', why: 'text' },
  },
  state: {
    code: 7,
    about: 'A statechart entered a state: connection.online.',
    fields: { device: 'device', state: 'text' },
  },
  sent: {
    code: 8,
    about: 'A message left its sender, so many microseconds after its intended time.',
    fields: { ...MESSAGE, late: 'signed', hash: 'hash', flags: 'flags' },
  },
  acked: { code: 9, about: 'PUBACK, or PUBCOMP for QoS 2.', fields: MESSAGE },
  refused: {
    code: 10,
    about: 'Definitely not accepted.',
    fields: { ...MESSAGE, why: 'text' },
  },
  'not-sent': {
    code: 11,
    about: 'Never reached the wire: device-off, buffer-overflow, still-buffered …',
    fields: { ...MESSAGE, why: 'text' },
  },
  received: {
    code: 12,
    about: 'A device got a message.',
    fields: { ...MESSAGE, hash: 'hash', flags: 'flags' },
  },
  abandoned: {
    code: 13,
    about: 'Sent, but given up with unknown outcome.',
    fields: { ...MESSAGE, why: 'text' },
  },
  subscribed: {
    code: 14,
    about: 'SUBACK for what comes down to a device: the QoS that was granted, 128 for refused.',
    fields: { device: 'device', granted: 'signed' },
  },
  struck: {
    code: 15,
    about: 'A fault began for this one device, for the n-th time, counted from 0.',
    fields: { device: 'device', n: 'count', fault: 'text' },
  },
  relieved: {
    code: 16,
    about: 'And ended for it.',
    fields: { device: 'device', n: 'count', fault: 'text' },
  },
  unheard: {
    code: 17,
    about: "A device's goodbye met a connection that the target had closed before.",
    fields: { device: 'device' },
  },
  observed: {
    code: 20,
    about: 'An observer got a message of this boot epoch.',
    fields: { ...MESSAGE, epoch: 'signed', hash: 'hash', flags: 'flags' },
  },
  foreign: {
    code: 21,
    about: 'Something outside the roster reached an observer or lay in the store.',
    fields: { hash: 'hash', topic: 'text' },
  },
  observer: {
    code: 22,
    about:
      'An observer session of so many lanes came up or went, subscribed or not yet; whether its ' +
      'session was kept.',
    fields: { lanes: 'count', up: 'boolean', first: 'signed', why: 'text' },
  },
  stored: {
    code: 23,
    about:
      "Found in the target's store at the final read; the hash is 0 where that keeps none of the " +
      'bytes.',
    fields: { ...MESSAGE, hash: 'hash' },
  },
  retained: {
    code: 24,
    about: 'Given to a fresh subscriber as retained at the final read.',
    fields: { ...MESSAGE, hash: 'hash' },
  },
  presence: {
    code: 25,
    about: 'What the target says of a device.',
    fields: { device: 'device', online: 'boolean' },
  },
  'final-read': {
    code: 26,
    about:
      'The final read: begin, or what was read (store, presence …) and whether all of it came.',
    fields: { complete: 'boolean', part: 'text' },
  },
  garbled: {
    code: 27,
    about:
      'Arrived on a topic of ours, cannot be read or contradicts itself (then numbered); by whom ' +
      '(GOT_BY), and the payload in base64 where it is not too long.',
    fields: {
      ...MESSAGE,
      by: 'signed',
      numbered: 'boolean',
      hash: 'hash',
      flags: 'flags',
      payload: 'text',
    },
  },
  phase: {
    code: 30,
    about: 'A phase begins or ends.',
    fields: { begins: 'boolean', name: 'text' },
  },
  fault: {
    code: 31,
    about: 'A fault is injected or healed.',
    fields: { injected: 'boolean', fault: 'text' },
  },
  probe: {
    code: 32,
    about:
      'A probe of a cohort (-1: past every proxy) saw pong, silent, refused, denied, closed, ' +
      'connected (after so many microseconds since it asked) or rate (bytes a second).',
    fields: { asked: 'count', cohort: 'signed', value: 'signed', saw: 'text' },
  },
  target: {
    code: 33,
    about:
      'The target is told to die (killed), seen to refuse (refusing), told to start (started) or ' +
      'seen to accept (accepting).',
    fields: { is: 'text' },
  },
  stall: {
    code: 34,
    about: 'A process of ours stood still for so many microseconds, or was paused from outside.',
    fields: { us: 'signed', outside: 'boolean', process: 'text' },
  },
  health: {
    code: 35,
    about: 'Health of a process: backlog, worst lag of its loop, resident memory.',
    fields: { backlog: 'count', lagUs: 'signed', residentKiB: 'signed', process: 'text' },
  },
  gate: {
    code: 36,
    about: 'The steady-state gate, with the figures that decided it.',
    fields: { open: 'boolean', figures: 'text' },
  },
  halt: { code: 37, about: 'A stop-when condition held.', fields: { why: 'text' } },
  note: { code: 38, about: 'For people.', fields: { text: 'text' } },
  mutant: {
    code: 39,
    about: 'How often the planted bug did its harm, by the count of where it sits.',
    fields: { fired: 'count', mutant: 'text' },
  },
  unread: {
    code: 40,
    about:
      'A list of the target (by its port) or its retained values could not be read whole, and why.',
    fields: { port: 'text', why: 'text' },
  },
  'broke-off': {
    code: 42,
    about: 'The run breaks off: something is lost without which there is none.',
    fields: { why: 'text' },
  },
  look: {
    code: 43,
    about: 'In the midst of a run somebody looks at retained values, or has, and whether at all.',
    fields: { look: 'count', begins: 'boolean', complete: 'boolean' },
  },
  glimpsed: {
    code: 44,
    about: 'Given to a fresh subscriber as retained in such a look.',
    fields: { ...MESSAGE, hash: 'hash' },
  },
  weighed: {
    code: 45,
    about:
      'What a message weighs as it is, and what it comes to as a part of its device has it (0 ' +
      'where it does not go), in bytes of payload.',
    fields: { ...MESSAGE, plain: 'count', bytes: 'count', by: 'text' },
  },
  'let-go': {
    code: 46,
    about: 'Whoever carries its device gave up a message down before that had it.',
    fields: { ...MESSAGE, why: 'text' },
  },
  tapped: {
    code: 50,
    about: 'Since it told last, a tap did to so many packets of a device what a fault says.',
    fields: { device: 'device', count: 'count', fault: 'text' },
  },
  'stored-at': {
    code: 57,
    about: 'When its store says that it came in, in microseconds since time zero.',
    fields: { ...MESSAGE, came: 'signed' },
  },
  hand: {
    code: 58,
    about:
      'The hand of a fault is used (taking), its piece proved to be gone (down), the hand is ' +
      'taken back (giving), and the piece proved to be there again (up).',
    fields: { is: 'text', fault: 'text' },
  },
  moved: {
    code: 59,
    about:
      'At the end: a move of a campaign that the target lists, at which time of its own, and of ' +
      'which it has told no operator.',
    fields: { device: 'device', campaign: 'text', move: 'text', at: 'count' },
  },
  'moves-read': {
    code: 60,
    about: 'All that the target lists of the moves of a campaign was read.',
    fields: { device: 'device', campaign: 'text' },
  },
  'gates-unread': {
    code: 61,
    about: 'At the end the target did not say what it had decided about the waves of a campaign.',
    fields: { device: 'device', campaign: 'text' },
  },
  reason: {
    code: 52,
    about: 'Why the target did so, by the reason code of MQTT 5 in a SUBACK, PUBACK or PUBREC.',
    fields: { device: 'device', code: 'count', packet: 'text', why: 'text' },
  },
  agreed: {
    code: 53,
    about:
      'What the CONNACK of MQTT 5 sets: how many messages without an answer and topic aliases ' +
      'the target takes, for how many seconds it keeps the session, and the keep-alive by which ' +
      'both go.',
    fields: {
      ...{ device: 'device', receive: 'count', aliases: 'count', session: 'count' },
      keepAlive: 'count',
    },
  },
  'packet-in': {
    code: 54,
    about:
      'A PUBLISH of MQTT 5 came: its packet id and topic alias (0 for none), and how many ' +
      'seconds it says it has left (-1 where it says nothing).',
    fields: { device: 'device', id: 'count', alias: 'count', left: 'signed', flags: 'flags' },
  },
  'packet-done': {
    code: 55,
    about: 'Its last acknowledgement, PUBACK or PUBCOMP, was handed to the wire.',
    fields: { device: 'device', id: 'count' },
  },
  replied: {
    code: 56,
    about:
      'The answer to a message that asked for one in MQTT 5: whether it repeats what that said.',
    fields: { ...MESSAGE, repeats: 'boolean' },
  },
  lost: {
    code: 41,
    about: 'A process of the target ended although nobody killed it; its last words.',
    fields: { why: 'text' },
  },
} as const satisfies Record<string, OpSpec>;

export type OpName = keyof typeof OPS;

/** An op that a capability declares: `<word>/<what>`. */
export type DeclaredOp = `${string}/${string}`;

/** The first code that a capability's op or stream may have. */
export const DECLARED_FROM = 64;

/** Who got what is garbled: an observer, the device, who reads retained values, or looks before. */
export const GOT_BY = { observer: 0, device: 1, reader: 2, looker: 3 } as const;

/** The cohort of `probe` for the one that goes past every proxy and watches the target itself. */
export const PAST_EVERY_PROXY = -1;

/** What `subscribed` grants when the target refuses. */
export const SUBSCRIPTION_REFUSED = 128;

/** Bits of `flags`: the low two are the QoS. */
export const FLAG = { resend: 4, retain: 8, dup: 16 } as const;
