/**
 * What is asked of a Toxiproxy beside a run: which version it is, and, when a run has died, to
 * remove what that run had made there and nothing else. Every call is bounded.
 */
import { Toxiproxy } from 'toxiproxy-node-client';
import { hasStatus, speakingTransport } from '../toxiproxy-transport.ts';

/** The version as the server tells it; rejects where no Toxiproxy answers in time. */
export async function askToxiproxy(url: string, limitMs: number): Promise<string> {
  const text = await clientOf(url, limitMs).getVersion();
  const version = versionIn(text);
  // Whatever else answers HTTP there would be driven into the dark.
  if (version === null) throw new Error('it answers as no Toxiproxy does');
  return version;
}

/** In JSON since 2.2, before that as the text alone. */
function versionIn(text: string): string | null {
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    const plain = text.trim();
    return /^(?:v?\d[\w.-]*|git)$/.test(plain) ? plain : null;
  }
}

/** Removes each proxy whose name begins so; gives the names of those it could not remove. */
export async function takeBackProxies(
  url: string,
  prefix: string,
  limitMs: number,
): Promise<string[]> {
  const client = clientOf(url, limitMs);
  const all = Object.values(await client.getAll());
  const ours = all.filter(({ name }) => name.startsWith(prefix));
  const left: string[] = [];
  const remove = async (proxy: (typeof ours)[number]): Promise<void> => {
    await proxy.remove().catch((error: unknown) => {
      // Somebody was faster.
      if (!hasStatus(error, 404)) left.push(proxy.name);
    });
  };
  await Promise.all(ours.map(remove));
  return left;
}

function clientOf(url: string, limitMs: number): Toxiproxy {
  const client = new Toxiproxy(url.replace(/\/+$/, ''));
  client.api = speakingTransport(() => limitMs);
  return client;
}
