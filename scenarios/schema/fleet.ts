/**
 * The fleet of a file: kinds of device, how many, how they speak and how they behave when they
 * cannot.
 */
import { z } from 'zod';
import { mustBe } from '#kernel';
import type { FleetEntry } from '../scenario.ts';
import { duration, flag, name, qos, rawParams, share, whole } from './atoms.ts';
import { kindWithParams } from './kind-with-params.ts';
import { mqtt5, seconds } from './mqtt5.ts';

const SECOND_MS = 1000;
const MQTT_KEEP_ALIVE_S_MAX = 65_535;
const COUNT_MAX = 1_000_000;

const buffer = z
  .strictObject({
    limit: whole('Messages held while offline.', 0, 10_000_000).prefault(1000),
    drop: z
      .enum(['oldest', 'newest'])
      .prefault('oldest')
      .meta({ description: 'Which message goes when the buffer is full.' }),
  })
  .meta({ description: 'What a device keeps while it is offline.' });

const backoff = z
  .strictObject({
    base: duration('First upper bound of the wait.', { min: 1 }).prefault('500ms'),
    cap: duration('Longest upper bound of the wait.', { min: 1 }).prefault('20s'),
    jitter: z
      .enum(['full', 'none'])
      .prefault('full')
      .meta({ description: 'full draws the wait from 0 to the bound; none makes a herd.' }),
  })
  .refine((value) => value.cap >= value.base, {
    path: ['cap'],
    error: 'must not be shorter than base',
  })
  .meta({ description: 'The wait before each new connect attempt: base·2^attempt up to cap.' })
  .transform(({ base, cap, jitter }) => ({ baseMs: base, capMs: cap, jitter }));

const sleep = z
  .strictObject({
    every: duration('From one waking to the next.', { min: 1 }),
    awake: duration('How long the device stays awake.', { min: 1 }),
  })
  .refine((value) => value.awake < value.every, {
    path: ['awake'],
    error: 'must be shorter than every',
  })
  .meta({ description: 'The device disconnects between samples and wakes to send.' })
  .transform(({ every, awake }) => ({ everyMs: every, awakeMs: awake }));

const fallBack = z
  .strictObject({
    via: name('Id of the entry whose devices take their place, at the same site.'),
    after: duration('How long their own takes nothing before they do.', { min: 10 }).prefault('5s'),
    hold: duration('How long they speak through both once their own is back.', {
      min: 10,
    }).prefault('5s'),
  })
  .meta({ description: 'Through whom they speak while the gateways of `via` are away.' })
  .transform(({ via, after, hold }) => ({ via, afterMs: after, holdMs: hold }));

const keepAlive = duration('MQTT keep-alive, in whole seconds.', {
  min: SECOND_MS,
  max: MQTT_KEEP_ALIVE_S_MAX * SECOND_MS,
}).refine((ms) => ms % SECOND_MS === 0, { error: 'must be whole seconds' });

export const fleetEntry = z
  .strictObject({
    id: name("Name of the entry; the model's name when left out.").optional(),
    model: name('Kind of device, as `twinstorm list models` names it.'),
    count: whole('How many, counted per `per`.', 1, COUNT_MAX).meta({ examples: [40] }),
    per: z
      .enum(['fleet', 'region', 'site', 'gateway'])
      .prefault('fleet')
      .meta({ description: 'What `count` is counted per; gateway: per device of `via`.' }),
    via: name(
      'Id of the entry behind whose devices these sit, with no link of their own.',
    ).optional(),
    'fall-back': fallBack.optional(),
    every: duration("Between samples; the model's own interval when left out.", {
      min: 1,
    }).optional(),
    qos: qos().prefault(1),
    session: z.enum(['clean', 'persistent']).prefault('clean').meta({
      description: 'Whether the target keeps subscriptions and queued messages while it is away.',
    }),
    'keep-alive': keepAlive.prefault('30s'),
    will: flag('Leaves a will that the target publishes when the device vanishes.').prefault(false),
    retain: z
      .enum(['none', 'status'])
      .prefault('none')
      .meta({ description: 'status: publish a retained status message at each connect.' }),
    health: z.enum(['signal', 'real']).prefault('signal').meta({
      description:
        'real: bad radio stalls the link, an exhausted heap resets, a flat battery ends.',
    }),
    network: name("Network profile, instead of the region's.").optional(),
    buffer: buffer.prefault({}),
    backoff: backoff.prefault({}),
    sleep: sleep.optional(),
    mqtt5: mqtt5.optional(),
    protocol: kindWithParams('protocol', '{ http: { timeout: 5s } }')
      .transform(({ kind, given }) => ({ kind, with: given }))
      .meta({ description: 'What they speak to the target; mqtt when left out.' })
      .optional(),
    parts: z
      .array(kindWithParams('part', '{ commands: {} }'), {
        error: (issue) => mustBe('a list', issue.input),
      })
      .max(100, { error: 'must not have more than 100 items' })
      .prefault([])
      .meta({ description: 'What they can do beside what they always can, with its parameters.' }),
    with: rawParams("Typical values of the model's drawn parameters.").prefault({}),
  })
  .meta({ description: 'Devices of one kind.' })
  .transform(
    (entry): FleetEntry => ({
      id: entry.id ?? entry.model,
      model: entry.model,
      count: entry.count,
      per: entry.per,
      via: entry.via ?? null,
      fallBack: entry['fall-back'] ?? null,
      everyMs: entry.every ?? null,
      qos: entry.qos,
      session: entry.session,
      keepAliveS: entry['keep-alive'] / SECOND_MS,
      will: entry.will,
      retainStatus: entry.retain === 'status',
      health: entry.health,
      network: entry.network ?? null,
      buffer: entry.buffer,
      backoff: entry.backoff,
      sleep: entry.sleep ?? null,
      ...(entry.mqtt5 === undefined ? {} : { mqtt5: entry.mqtt5 }),
      ...(entry.protocol === undefined ? {} : { protocol: entry.protocol }),
      parts: entry.parts.map(({ kind, given }) => ({ part: kind, with: given })),
      with: entry.with,
    }),
  );

export const commands = z
  .strictObject({
    every: duration('Between two commands to the same device.', { min: 1 }),
    to: share('Which part of the fleet is commanded.', { zero: false }).prefault('100%'),
    qos: qos().prefault(1),
    expiry: seconds(
      'After that a command is worth nothing any more; needs target.mqtt: 5.',
    ).optional(),
    reply: flag(
      'A command says where its answer shall go, and what that shall repeat; needs target.mqtt: 5.',
    ).prefault(false),
  })
  .meta({ description: 'An operator sends commands down, and devices answer.' })
  .transform(({ every, to, qos: level, expiry, reply }) => ({
    everyMs: every,
    share: to,
    qos: level,
    ...(expiry === undefined ? {} : { expiryS: expiry }),
    ...(reply ? { reply } : {}),
  }));
