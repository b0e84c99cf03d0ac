/**
 * Which readings a target has as they came, looked up in the midst of a run: what goes too early is
 * not there when somebody looks. A target that does not answer then is asked again the next time;
 * nobody counts on any one look.
 */
import { addTo, rangeTexts } from '#kernel';
import type { WorkflowPorts } from '../workflow.ts';

const STREAM = 'telemetry';
const PAGE_ROWS = '5000';
const PAGES_MAX = 1000;

interface Row {
  device?: unknown;
  stream?: unknown;
  n?: unknown;
}

/** Writes down what is there of these devices, each by its index. */
export async function lookAtRaw(
  ports: WorkflowPorts,
  look: number,
  devices: readonly number[],
): Promise<void> {
  const { ledger, plan } = ports;
  const byLane = new Map<number, number[]>();
  for (const device of devices) {
    const lane = plan.devices[device]?.lane ?? -1;
    addTo(byLane, lane, device);
  }
  for (const [lane, own] of [...byLane].sort(([a], [b]) => a - b)) {
    const asked = Math.floor(ports.now());
    const found = await rawOf(ports, lane, new Set(own));
    if (found === null) continue;
    for (const device of own) {
      const texts = rangeTexts(found.get(device) ?? []);
      texts.forEach((numbers, at) => {
        const more = at < texts.length - 1;
        ledger.write('tiers/raw', { device, look, asked, numbers, more });
      });
    }
  }
}

/** Ascending, by device; null where it could not be read to its end. */
async function rawOf(
  { target, roster }: WorkflowPorts,
  lane: number,
  own: ReadonlySet<number>,
): Promise<Map<number, number[]> | null> {
  const port = target.port(STREAM);
  if (port === null) return null;
  const found = new Map<number, number[]>();
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null; pages++) {
    if (pages === PAGES_MAX) return null;
    const place: Record<string, string> = cursor === '' ? {} : { cursor };
    const query = { lane: String(lane), moved: '0', limit: PAGE_ROWS, ...place };
    const { status, body } = await port.get(query);
    const page = (body ?? {}) as { rows?: unknown; next?: unknown };
    if (status !== 200 || !Array.isArray(page.rows)) return null;
    for (const { device: id, stream, n } of page.rows as Row[]) {
      const device = roster.get(String(id)) ?? -1;
      if (stream !== STREAM || !own.has(device) || !Number.isSafeInteger(n)) continue;
      addTo(found, device, Number(n));
    }
    cursor = typeof page.next === 'string' ? page.next : null;
  }
  for (const numbers of found.values()) numbers.sort((a, b) => a - b);
  return found;
}
