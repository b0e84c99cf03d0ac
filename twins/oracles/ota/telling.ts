/** How entries of a ledger, one after the other, become the story of a device and its firmware. */
import { excuse } from './falls.ts';
import type { OtaAttempt, OtaStory } from './story.ts';
import { noteLook } from './unwell.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** What a device says of a job that it will never take. */
export const REJECTED = 'REJECTED';

export type LineOp = 'online' | 'offline' | 'off';

export type Fields = Readonly<Record<string, number | string | boolean>>;

export function noteOta(story: OtaStory, op: string, t: number, fields: Fields): void {
  const [version, sha256] = [String(fields.version), String(fields.sha256)];
  const [campaign, attempt] = [String(fields.campaign), Number(fields.attempt)];
  const status = String(fields.status);
  const own = story.attempts.findLast(
    (one) => one.campaign === campaign && one.attempt === attempt,
  );
  if (op === 'ota/booted') {
    const isTrial = fields.trial === true;
    story.boots.push({ t, version, sha256, counter: Number(fields.counter), isTrial });
    if (isTrial) excuse(story, t);
  } else if (op === 'ota/kept') {
    story.kept.push({ t, version, sha256, counter: Number(fields.counter) });
  } else if (op === 'ota/uses') {
    const use = { t, kind: String(fields.kind), version, sha256 };
    story.uses.push({ ...use, counter: Number(fields.counter), isTrial: fields.trial === true });
  } else if (op === 'ota/bricked') story.bricked ??= { t, why: String(fields.why) };
  else if (op === 'ota/began') {
    const nothing = { endedAt: null, status: '', why: '', whole: null };
    const loaded = { bytes: 0, size: 0, stretches: 0, loads: [] };
    story.attempts.push({ campaign, attempt, beganAt: t, ...nothing, ...loaded });
  } else if (op === 'ota/ended') {
    excuse(story, t);
    story.last = { campaign, attempt, status };
    if (own?.endedAt === null) Object.assign(own, { endedAt: t, status, why: String(fields.why) });
  } else if (op === 'ota/fetched' && own !== undefined) {
    noteLoad(own, Number(fields.bytes), Number(fields.size));
  } else if (op === 'ota/whole' && own !== undefined) {
    own.whole ??= String(fields.why);
  } else if (op === 'ota/said') {
    const said = { t, version, uses: String(fields.uses), campaign, attempt, status };
    const owes = story.last;
    const fell = { saysFell: fields.fell === true, fell: story.fell };
    story.said.set(Number(fields.n), { ...said, owes, ...fell, isAcked: false, ackedAt: NEVER });
  } else if (op === 'ota/read') {
    story.read ??= { t, version, uses: String(fields.uses) };
  } else if (op === 'ota/offered') {
    story.offers.push({ campaign, attempt, at: Number(fields.at) });
  } else if (op === 'ota/settled') {
    story.settled.push({ campaign, attempt, status, at: Number(fields.at) });
  } else if (op === 'ota/looked') noteLook(story, t, fields);
  else if (op === 'ota/unwell') story.unwell.push(campaign);
  else if (op === 'ota/job-asked') noteAsk(story, t, fields);
}

function noteAsk({ asks, rejects }: OtaStory, t: number, fields: Fields): void {
  asks.set(Number(fields.n), { t, ackedAt: NEVER });
  if (fields.status !== REJECTED) return;
  rejects.push({ t, job: String(fields.job), number: Number(fields.number) });
}

function noteLoad(own: OtaAttempt, bytes: number, size: number): void {
  own.bytes += bytes;
  own.stretches++;
  const isAfterPatch = own.whole !== null;
  const load = own.loads.find((one) => one.size === size && one.isAfterPatch === isAfterPatch);
  if (load !== undefined) {
    load.bytes += bytes;
    return;
  }
  own.loads.push({ size, bytes, isAfterPatch });
  own.size += size;
}

/** It has a connection from then on, or none any more, or no power. */
export function noteLine({ online, offs }: OtaStory, t: number, op: LineOp): void {
  if (op === 'off') offs.push(t);
  const last = online.at(-1);
  if (last?.to === NEVER) last.to = t;
  if (op === 'online') online.push({ from: t, to: NEVER });
}
