/**
 * What is said on hawkBit's direct device integration (DDI), as a device reads and writes it. Of a
 * server nothing is taken for granted: what cannot be read is none.
 */
import { readManifest, readSigned, type SignedManifest } from '#kernel';
import type { Job } from '../../../../firmware/job.ts';
import { isAttempt, isCampaign } from '../../offer.ts';
import type { OtaState } from '../../region.ts';

/** What a server says of a device when it is asked. */
export interface Root {
  /** Until it is asked again; null where it does not say. */
  sleepMs: number | null;
  /** Paths. */
  configData: string | null;
  deploymentBase: string | null;
  cancelAction: string | null;
}

export interface Deployment {
  job: Job;
  /** Where an image or a patch lies, by its digest. */
  paths: ReadonlyMap<string, string>;
}

type Fields = Readonly<Record<string, unknown>>;

const ID = /^\d{1,15}$/;
const PATH = /^\/[\x21-\x7e]{0,1023}$/;
const PARTS_MAX = 32;

export function readRoot(text: string): Root | null {
  const said = parsed(text);
  if (said === null) return null;
  const polling = fieldsOf(fieldsOf(said.config).polling);
  const links = fieldsOf(said._links);
  const path = (name: string): string | null => pathOf(fieldsOf(links[name]).href);
  return {
    sleepMs: sleepOf(polling.sleep),
    configData: path('configData'),
    deploymentBase: path('deploymentBase'),
    cancelAction: path('cancelAction'),
  };
}

/** The action that is to be left off. */
export function readCancel(text: string): string | null {
  return idOf(fieldsOf(parsed(text)?.cancelAction).stopId);
}

/** Or why it is none that a device could do anything with. */
export function readDeployment(text: string): Deployment | string {
  const said = parsed(text);
  const ref = idOf(said?.id);
  const chunks = listOf(fieldsOf(said?.deployment).chunks).map(fieldsOf);
  if (ref === null || chunks.length === 0) return 'no deployment';
  // A set has several modules, and one of them is the firmware: the one that brings its manifest.
  const found = chunks.map(moduleOf).find(({ signed }) => signed !== null);
  if (found === undefined || found.signed === null) return 'no signed manifest';
  const { chunk, metadata, signed } = found;
  const [attempt, name] = [Number(metadata.get('attempt') ?? ref), chunk.name];
  const campaign = isCampaign(name) ? name : `action-${ref}`;
  // A server that does not count attempts has a number for each of them all the same.
  if (!isAttempt(attempt) && metadata.has('attempt')) return 'no attempt';
  const paths = new Map(listOf(chunk.artifacts).flatMap(artifactOf));
  const { sha256 = '' } = readManifest(signed.text) ?? {};
  if (!paths.has(sha256)) return 'no artifact of its manifest';
  return { job: { campaign, attempt, signed, ref }, paths };
}

function moduleOf(chunk: Fields) {
  const metadata = new Map(
    listOf(chunk.metadata)
      .map(fieldsOf)
      .map(({ key, value }) => [key, value]),
  );
  return { chunk, metadata, signed: signedOf(metadata.get('manifest'), metadata.get('signature')) };
}

/** The number of an action in the path to it. */
export const actionOf = (path: string): string | null =>
  idOf(/\/(\d+)(?:\?.*)?$/.exec(path)?.[1] ?? null);

export const feedbackOf = (path: string): string => `${path.replace(/\?.*$/, '')}/feedback`;

export type Execution = 'proceeding' | 'download' | 'downloaded' | 'closed' | 'rejected';
export type Finished = 'none' | 'success' | 'failure';

export function feedbackText(
  id: string,
  timestamp: number,
  execution: Execution,
  finished: Finished,
  details: readonly string[],
): string {
  return JSON.stringify({ id, timestamp, status: { execution, result: { finished }, details } });
}

/** How far it is, as far as DDI has words for it; null for nothing to say. */
export function newsOf(state: OtaState): [Execution, string] | null {
  if (state === 'notified' || state === 'waiting') return ['proceeding', 'it was taken'];
  if (state === 'downloading') return ['download', 'it is being loaded'];
  if (state === 'verifying' || state === 'staged') return ['downloaded', 'it is there'];
  if (state === 'testing') return ['proceeding', 'it is on trial'];
  const isLate = state === 'installing' || state === 'rebooting';
  return isLate ? ['proceeding', 'it is being installed'] : null;
}

function signedOf(text: unknown, signature: unknown): SignedManifest | null {
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/]{1,4000}={0,2}$/.test(signature))
    return null;
  try {
    const bytes = Uint8Array.from(atob(signature), (letter) => letter.charCodeAt(0));
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return readSigned({ text, signature: hex });
  } catch {
    return null;
  }
}

function artifactOf(value: unknown): [string, string][] {
  const { hashes, _links } = fieldsOf(value);
  const { sha256 } = fieldsOf(hashes);
  const links = fieldsOf(_links);
  const path =
    pathOf(fieldsOf(links['download-http']).href) ?? pathOf(fieldsOf(links.download).href);
  return typeof sha256 === 'string' && path !== null ? [[sha256.toLowerCase(), path]] : [];
}

/** Its one connection leads to one server, whatever name that gives itself. */
function pathOf(href: unknown): string | null {
  if (typeof href !== 'string') return null;
  const path = href.replace(/^https?:\/\/[^/?#]*/, '').replace(/#.*$/, '');
  return PATH.test(path) ? path : null;
}

/** As 00:05:00. */
function sleepOf(value: unknown): number | null {
  const read = typeof value === 'string' ? /^(\d\d):([0-5]\d):([0-5]\d)$/.exec(value) : null;
  if (read === null) return null;
  const [, hours, minutes, seconds] = read.map(Number);
  const ms = 1000 * (3600 * (hours ?? 0) + 60 * (minutes ?? 0) + (seconds ?? 0));
  return ms > 0 ? ms : null;
}

/** Some write it as a number. */
function idOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && ID.test(text) && Number(text) > 0 ? text : null;
}

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value.slice(0, PARTS_MAX) : [];

const fieldsOf = (value: unknown): Fields => Object(value) as Fields;

function parsed(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : null;
  } catch {
    return null;
  }
}
