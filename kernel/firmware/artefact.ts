/**
 * What goes to devices by the road of firmware and is none: a model by which they judge what they
 * measure, or how they are set. Each has versions of its own, lies in a place of its own in their
 * flash, and is on trial until it has proved itself. An image says in its head what it ships.
 */
import { type Detector, readDetector } from './detector.ts';

export const ARTEFACTS = ['model', 'config'] as const;
export type ArtefactKind = (typeof ARTEFACTS)[number];

/** What a campaign may ship. */
export const SHIPMENTS = ['firmware', ...ARTEFACTS] as const;
export type Shipment = (typeof SHIPMENTS)[number];

/** By the name of each setting, how it is set. */
export type Config = Readonly<Record<string, number>>;

export type Artefact = { kind: 'model'; says: Detector } | { kind: 'config'; says: Config };

const SETTINGS_MAX = 16;
const SETTING = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;

export const isArtefactKind = (value: unknown): value is ArtefactKind =>
  ARTEFACTS.some((kind) => kind === value);

/** Null for whatever is none. */
export function readArtefact(value: unknown): Artefact | null {
  const { kind, says } = Object(value) as Record<string, unknown>;
  if (kind === 'model') {
    const detector = readDetector(says);
    return detector === null ? null : { kind, says: detector };
  }
  const config = kind === 'config' ? readConfig(says) : null;
  return config === null ? null : { kind: 'config', says: config };
}

export function readConfig(value: unknown): Config | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const pairs = Object.entries(value);
  const areSettings = pairs.every(([name, set]) => SETTING.test(name) && Number.isFinite(set));
  if (!areSettings || pairs.length === 0 || pairs.length > SETTINGS_MAX) return null;
  return Object.fromEntries(pairs);
}
