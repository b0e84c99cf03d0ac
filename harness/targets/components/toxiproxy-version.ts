/**
 * Whether what answers at an address is a Toxiproxy that can be driven. Asked once, before anything
 * is made there, so that a typing error is told as one.
 */
import { askToxiproxy } from '#chaos';
import { WorldError } from '#kernel';

/** Earlier ones know neither all toxics nor the streams of an update. */
const OLDEST = [2, 5] as const;
const ASK_MS = 5000;

/** Its version as it says it; `remedy` is for whoever gets no answer. */
export async function toxiproxyVersion(url: string, remedy: string): Promise<string> {
  const version = await askToxiproxy(url, ASK_MS).catch((error: Error) => {
    const message = `no Toxiproxy answers at ${url}: ${error.message}`;
    throw new WorldError('proxy', message, remedy);
  });
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  // Whoever built it without a version is taken at its word.
  if (major === undefined) return version;
  const isOld =
    Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]);
  if (!isOld) return version;
  const message = `the Toxiproxy at ${url} is version ${version}, older than ${OLDEST.join('.')}`;
  throw new WorldError('proxy', message, 'use a later one, or --proxy embedded');
}
