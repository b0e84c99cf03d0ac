/**
 * Toxiproxy's counters in Prometheus' text form: bytes that came into a link and bytes that left
 * it, by proxy and direction. As in the original they grow when a connection ends, so one that
 * lives reads 0; and they outlive the proxy that they are of.
 */
import type { Direction } from './proxy-core.ts';

export interface CountedProxy {
  name: string;
  listen: string;
  upstream: string;
}

export type Flow = 'received' | 'sent';

export class ProxyMetrics {
  /** By flow and labels. */
  readonly #counts: Record<Flow, Map<string, number>> = { received: new Map(), sent: new Map() };

  add(flow: Flow, proxy: CountedProxy, direction: Direction, bytes: number): void {
    const labels = labelsOf(proxy, direction);
    const counts = this.#counts[flow];
    counts.set(labels, (counts.get(labels) ?? 0) + bytes);
  }

  /** Without a sample a family is not there, as in the original. */
  text(): string {
    return (['received', 'sent'] as const)
      .filter((flow) => this.#counts[flow].size > 0)
      .flatMap((flow) => {
        const name = `toxiproxy_proxy_${flow}_bytes_total`;
        const samples = [...this.#counts[flow]].sort(([a], [b]) => (a < b ? -1 : 1));
        return [
          `# HELP ${name} `,
          `# TYPE ${name} counter`,
          ...samples.map(([labels, count]) => `${name}${labels} ${count}`),
        ];
      })
      .map((line) => `${line}\n`)
      .join('');
  }
}

function labelsOf({ name, listen, upstream }: CountedProxy, direction: Direction): string {
  const labels = { direction, listener: listen, proxy: name, upstream };
  const text = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return `{${text.join(',')}}`;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
