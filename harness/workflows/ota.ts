/**
 * Rolls firmware out over the air, as an operator does: one campaign over devices, in waves that
 * begin when enough of the one before have it. The image follows from the seed, and may be one that
 * no device should fall for. At the end it is read back what the target made of it.
 */
import {
  type CampaignPlan,
  DEFECTS,
  type Defect,
  type FirmwareImage,
  type FirmwarePlan,
  HARDWARE,
  IMAGE_BYTES_MAX,
  IMAGE_BYTES_MIN,
  isOf,
  isVersion,
  leastImageBytes,
  OTA_OPS,
  type ParamValues,
  type Problem,
  phaseOf,
  SPOILS,
  type Spoil,
  servedImage,
  servingOf,
} from '#kernel';
import { type Answer, isUnheard, SILENT } from '../watch/target-ports.ts';
import { Insistence } from './insistence.ts';
import { boundParams, boundsOf, controlParams, controlsOf, soakAmiss } from './ota/controls.ts';
import { factoriesOf, factoryOf, validUntil } from './ota/factories.ts';
import { imageGiven, imageParam, USUAL_BYTES } from './ota/image-param.ts';
import { keyParams, keysAmiss, keysAsked } from './ota/key-params.ts';
import { Moves } from './ota/moves.ts';
import { servedPatch } from './ota/patches.ts';
import { Readers } from './ota/readers.ts';
import { FACTORY_KEY, keyOf, type Release, releaseOf } from './ota/releases.ts';
import { millionths } from './ota/shares.ts';
import { artefactAsked, shipAmiss, shipParams } from './ota/ship-params.ts';
import { readersAsked, speechAmiss, speechAsked, speechParams } from './ota/speech-params.ts';
import { countIn, laneQuery, listOf, ownDevice } from './own-rows.ts';
import { instantOf, whenParams } from './twin/turns.ts';
import { BEGINS_TOO_LATE, misnamed, nobodyIn } from './whom.ts';
import {
  defineWorkflow,
  type SeenMessage,
  type Workflow,
  type WorkflowContext,
  type WorkflowPorts,
} from './workflow.ts';

const NEXT_COUNTER = 2;

export default defineWorkflow({
  kind: 'ota',
  summary: 'rolls firmware out over the air, in waves that wait for each other',
  params: {
    to: { kind: 'text', about: 'The version that devices are to have, such as 2.1.0.' },
    from: { kind: 'text', about: 'The version that they left the factory with.', default: '1.0.0' },
    name: { kind: 'text', about: 'What the campaign is called; no two alike.', optional: true },
    of: {
      kind: 'text',
      about: 'How the ids of its devices begin, such as fridges or fridges/north-1; else of all.',
      optional: true,
    },
    waves: {
      kind: 'list',
      of: { kind: 'share', about: 'So many of its devices have been offered it.' },
      about: 'How many have been offered it by each wave; the first are its canaries.',
      default: ['5%', '25%', '100%'],
      min: 1,
      max: 100,
    },
    gate: {
      kind: 'record',
      about: 'What lets the next wave begin.',
      default: {},
      fields: {
        success: { kind: 'share', about: 'So many of a wave must have it.', default: '98%' },
        within: {
          kind: 'duration',
          about: 'Within that, or the campaign is halted.',
          default: '10s',
          min: '100ms',
        },
        ...boundParams,
      },
    },
    ...controlParams,
    silent: {
      kind: 'duration',
      about: 'A device that says nothing for so long after an offer has not done it.',
      default: '20s',
      min: '1s',
    },
    tries: {
      kind: 'integer',
      about: 'How often it is offered to one device.',
      default: 1,
      min: 1,
      max: 10,
    },
    size: {
      kind: 'integer',
      unit: 'bytes',
      about: 'Of the image, and of the one that devices left the factory with.',
      default: USUAL_BYTES,
      min: IMAGE_BYTES_MIN,
      max: IMAGE_BYTES_MAX / 2,
    },
    defect: {
      kind: 'choice',
      about: 'What is wrong with the release, that nobody saw before.',
      of: DEFECTS,
      default: 'none',
    },
    spoil: {
      kind: 'choice',
      about: 'What somebody does to what is rolled out, that no device must fall for.',
      of: SPOILS,
      default: 'none',
    },
    delta: {
      kind: 'boolean',
      about: 'Ships a patch as well, for who runs the image that left the factory.',
      default: false,
    },
    valid: {
      kind: 'duration',
      about: 'So long after its begin devices take it; for good if left out.',
      optional: true,
    },
    ...shipParams,
    ...keyParams,
    ...speechParams,
    ...imageParam,
    ...whenParams,
  },
  ops: OTA_OPS,
  needs: ['ota'],
  parts: ['ota'],
  resolve: (params, context) => {
    const problems: Problem[] = [];
    const [to, from] = [String(params.to), String(params.from)];
    for (const [path, version] of Object.entries({ to, from })) {
      if (!isVersion(version)) problems.push(noVersion(path, version));
    }
    const name = String(params.name ?? `v${to}`);
    problems.push(...misnamed('a campaign', name));
    const of = String(params.of ?? '');
    if (targetsOf(of, context).length === 0) problems.push(nobodyIn(of, context));
    const waves = (Array.isArray(params.waves) ? params.waves : [1]).map(millionths);
    if (waves.some((share, at) => share <= (waves[at - 1] ?? 0))) problems.push(UNRISING);
    const at = instantOf(problems, '', params, context);
    const end = phaseOf(context.phases, 'drain').from;
    if (problems.length === 0 && at >= end) problems.push(BEGINS_TOO_LATE);
    problems.push(...soakAmiss(params.gate as ParamValues, at, end));
    const controls = controlsOf(problems, at, end, params, context);
    const [{ seed }, size, spoil] = [context, Number(params.size), params.spoil as Spoil];
    const { given, problems: amiss } = imageGiven(seed, params, context.readFile ?? (() => null));
    const { key, ...changes } = keysAsked(seed, params);
    problems.push(...speechAmiss(params, context));
    const says = { ...speechAsked(params), ...artefactAsked(params) };
    const defect = params.defect as Defect;
    const head = { version: to, hardware: HARDWARE, defect, ...changes, ...says };
    problems.push(...shipAmiss(params, given?.image ?? says, entriesOf(of, context), context));
    problems.push(...amiss, ...keysAmiss(params, leastImageBytes(head)));
    if (problems.length > 0) return { resolved: null, problems };
    const factory = factoryOf(seed, from, size);
    const base = params.delta === true ? factory : null;
    const until = validUntil(params, at);
    const release: Release = { head, size, counter: NEXT_COUNTER, key, spoil, base, ...until };
    const image = given?.image ?? releaseOf(seed, release);
    const campaign: CampaignPlan = {
      name,
      of,
      at,
      waves,
      gate: gateAsked(params),
      ...controls,
      timeoutMs: Number(params.silent),
      tries: Number(params.tries),
      spoil,
      image,
      ...given?.signing,
    };
    const resolved: FirmwarePlan = {
      factory,
      ...factoriesOf(context, from, size),
      keys: [keyOf(seed, FACTORY_KEY), ...(given?.keys ?? [])],
      campaign,
      ...(image.speech === undefined ? {} : { readers: readersAsked(params, context) }),
    };
    const opens = { channel: 'ota', devices: targetsOf(of, context), path: 'of' };
    const takes = [`firmware ${name}`, ...schemaOf(image)];
    return { resolved, problems, opens, takes, ...plantsIn(spoil) };
  },
  start: (ports, resolved) => new Campaign(ports, resolved as FirmwarePlan),
});

function gateAsked({ gate }: ParamValues): CampaignPlan['gate'] {
  const { success, within } = gate as Readonly<Record<string, number>>;
  return {
    success: millionths(success),
    withinMs: Number(within),
    ...boundsOf(gate as ParamValues),
  };
}

const plantsIn = (spoil: Spoil) => (spoil === 'none' ? {} : { plants: spoil });

/** Readings of two releases under one number could not be told apart. */
const schemaOf = ({ speech }: FirmwareImage): string[] =>
  speech === undefined ? [] : [`schema ${speech.schema} of firmware`];

const noVersion = (path: string, version: string): Problem => ({
  code: 'bad-value',
  path,
  message: `${JSON.stringify(version)} is no version of firmware`,
  hint: 'write three numbers, such as 2.1.0',
});

const UNRISING: Problem = {
  code: 'bad-value',
  path: 'waves',
  message: 'by each wave more have been offered it than by the one before',
  hint: 'write shares that rise, such as [5%, 25%, 100%]',
};

/** Devices of the campaign, as indices into the plan's. */
const targetsOf = (of: string, { devices }: WorkflowContext): number[] =>
  devices.flatMap(({ id }, at) => (isOf(of, id) ? [at] : []));

/** Their entries. */
const entriesOf = (of: string, context: WorkflowContext): number[] => [
  ...new Set(targetsOf(of, context).map((at) => context.devices[at]?.entry ?? -1)),
];

/** A device as the target lists it, and what it decided about a wave. */
interface Listed {
  device: string;
  version: string;
  uses?: string;
  said: number;
  offered?: { campaign: string; attempt: number; at: number }[];
  settled: { campaign: string; attempt: number; status: string; at: number }[];
  unwell?: { campaign: string; at: number }[];
}

interface Gate {
  wave: number;
  passed: number;
  confirmed: number;
  failed: number;
  unwell?: number;
  total: number;
  at: number;
}

const NOBODY = -1;
/** So often a target is asked at the end what it decided. */
const ASKS = 3;
/** By its own word. */
const NOT_THERE = 503;

class Campaign implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #firmware: FirmwarePlan;
  readonly #plan: CampaignPlan;
  readonly #moves: Moves;
  readonly #asking: Insistence;
  readonly #begun = Promise.withResolvers<void>();
  /** What the operator's clock showed as it was asked for; null until what was may be taken. */
  #askedAt: number | null = null;
  readonly #readers: Readers | null;
  /** Absent where nobody has to be able to read both. */
  readonly seen?: (message: SeenMessage) => void;

  constructor(ports: WorkflowPorts, firmware: FirmwarePlan) {
    const { speech } = firmware.campaign.image;
    const readers = speech === undefined ? null : new Readers(ports, firmware, speech);
    this.#readers = readers;
    if (readers !== null) this.seen = (message) => readers.seen(message);
    this.#ports = ports;
    this.#firmware = firmware;
    this.#plan = firmware.campaign;
    this.#moves = new Moves(ports, this.#plan, this.#begun.promise);
    this.#asking = new Insistence(ports);
    if (ports.shard !== 0) return;
    this.#asking.from(
      this.#plan.at,
      () => this.#ask(),
      () => this.#begun.resolve(),
    );
  }

  stop(): void {
    this.#asking.stop();
    this.#moves.stop();
    this.#begun.resolve();
  }

  /** One that was not begun is nobody's message, and owed to nobody. */
  account(): void {}

  async end(): Promise<void> {
    this.stop();
    await this.#asking.settled;
    await this.#moves.end();
    this.#readers?.end();
  }

  async readBack(): Promise<void> {
    await this.#asking.settled;
    const { ledger, readList, shard } = this.#ports;
    await readList<Listed>('ota', laneQuery(this.#ports), (rows) => {
      for (const { device: id, version, uses = '', said, offered, settled, unwell } of rows) {
        const device = ownDevice(this.#ports, id);
        if (device === null || !Number.isSafeInteger(said) || !Array.isArray(settled)) continue;
        // Below 0 while no status came: nothing is believed of it yet.
        const believed = { version: String(version), uses: String(uses), believed: said + 1 };
        ledger.write('ota/read', { device, ...believed });
        for (const { campaign, attempt, at } of listOf(offered)) {
          if (campaign !== this.#plan.name || !Number.isSafeInteger(attempt)) continue;
          ledger.write('ota/offered', { device, campaign, attempt, at: countIn(at) });
        }
        for (const { campaign, attempt, status, at } of settled) {
          if (campaign !== this.#plan.name || !Number.isSafeInteger(attempt)) continue;
          const ended = { campaign, attempt, status: String(status), at: countIn(at) };
          ledger.write('ota/settled', { device, ...ended });
        }
        for (const { campaign, at } of listOf(unwell)) {
          if (campaign !== this.#plan.name) continue;
          ledger.write('ota/unwell', { device, campaign, at: countIn(at) });
        }
      }
    });
    if (shard === 0) await this.#readCampaign();
  }

  /** The same each time, so that it is known again; what was not there took nothing. */
  async #ask(): Promise<Answer> {
    const { ledger, plan, target } = this.#ports;
    this.#askedAt ??= Math.floor(this.#ports.now());
    const { name: campaign, image, of, waves, gate, timeoutMs, tries, spoil } = this.#plan;
    const { rate, window } = this.#plan;
    const said = { device: NOBODY, campaign };
    ledger.write('ota/asked', said);
    const body = {
      signed: { text: image.text, signature: image.signature },
      image: base64(servedImage(plan.seed, this.#firmware)),
      ...(image.delta === undefined
        ? {}
        : { patch: base64(servedPatch(plan.seed, this.#firmware)) }),
      of,
      waves,
      ...gate,
      timeoutMs,
      tries,
      rate,
      window,
      // So that it knows what a time of ours is on its own clock.
      now: this.#askedAt,
      ...(servingOf(spoil) === null ? {} : { serves: spoil }),
    };
    const answer = (await target.port('ota')?.tell?.(campaign, body)) ?? SILENT;
    const { status, body: told } = answer;
    ledger.write('ota/answered', { ...said, status, at: countIn((told as { at?: unknown })?.at) });
    if (status === NOT_THERE) this.#askedAt = null;
    return answer;
  }

  async #readCampaign(): Promise<void> {
    const { ledger, target } = this.#ports;
    const { name: campaign } = this.#plan;
    let { status, body }: Answer = SILENT;
    for (let asked = 0; asked < ASKS && isUnheard({ status }); asked++) {
      ({ status, body } = (await target.port('ota')?.get({}, campaign)) ?? SILENT);
    }
    // Of what nobody told nobody may say that it was not decided.
    if (isUnheard({ status })) {
      ledger.write('gates-unread', { device: NOBODY, campaign });
      return;
    }
    const { gates, moves } = (body ?? {}) as { gates?: unknown; moves?: unknown };
    this.#moves.read(moves);
    for (const gate of listOf(gates as Gate[])) {
      const { wave, passed, confirmed, failed, unwell = 0, total, at } = gate;
      if (![wave, confirmed, failed, unwell, total].every(Number.isSafeInteger)) continue;
      const figures = { confirmed, failed, unwell, of: total, at: countIn(at) };
      const decided = { wave, passed: passed === 1, ...figures };
      ledger.write('ota/gate', { device: NOBODY, campaign, ...decided });
    }
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
