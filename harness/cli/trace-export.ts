/** `trace --otlp`: sampled traces of a run to a collector of OpenTelemetry, a batch at a time. */
import {
  digests,
  otlpHeaders,
  otlpSender,
  otlpUrl,
  planDigest,
  type RunDirectory,
  unixMsOf,
} from '#harness';
import { AuthorError, type Catalog, type Plan, parseShare, WorldError } from '#kernel';
import {
  type Environment,
  groundOf,
  hopsFamily,
  type OneTrace,
  otlpRequest,
  plural,
  type ServiceSpan,
  spansOf,
} from '#reports';
import type { Host } from './host.ts';
import { version } from './version.ts';

/** Spans of one request, and of one export: a mistake in the share must not drown a collector. */
const BATCH = 500;
const SPANS_MAX = 500_000;

export interface ExportRequest {
  host: Host;
  directory: RunDirectory;
  plan: Plan;
  catalog: Catalog;
  url: string;
  share: string;
  /** What alone is wanted; null for whatever is sampled. */
  only: OneTrace['asked'] | null;
}

export async function exportTraces(request: ExportRequest): Promise<string> {
  const { host, directory, plan, catalog, only } = request;
  const url = otlpUrl(request.url);
  if (url === null)
    refuse('--otlp', `takes an address such as http://127.0.0.1:4318, not '${request.url}'`);
  const share = parseShare(request.share);
  if (share === undefined || share < 0 || share > 1)
    refuse('--share', `takes a share from 0% to 100%, not '${request.share}'`);
  const { zeroUnixMs, run } = beginningOf(directory, plan);
  const sender = otlpSender(url, otlpHeaders(host.env.OTEL_EXPORTER_OTLP_HEADERS ?? ''));
  const hops = [...catalog.of(hopsFamily).values()];
  const planSha256 = planDigest(plan);
  const ground = groundOf({ plan, planSha256, segments: directory.segments(), hops });
  const wish = { digests, run, zeroUnixMs, share, only };
  const sums = { spans: 0, traces: new Set<string>(), rejected: 0, why: '' };
  let batch: ServiceSpan[] = [];
  const send = async (): Promise<void> => {
    if (batch.length === 0) return;
    const { rejected, why } = await sender.send(otlpRequest(batch, version(), plan.scenario.name));
    sums.rejected += rejected;
    if (why !== '') sums.why = why;
    batch = [];
  };
  let isCut = false;
  for (const one of spansOf(ground, wish)) {
    if (sums.spans >= SPANS_MAX) {
      isCut = true;
      break;
    }
    sums.spans++;
    sums.traces.add(one.span.traceId);
    batch.push(one);
    if (batch.length >= BATCH) await send();
  }
  await send();
  return said(url, sums, isCut, [...ground.troubles.keys()]);
}

function said(
  url: string,
  {
    spans,
    traces,
    rejected,
    why,
  }: { spans: number; traces: Set<string>; rejected: number; why: string },
  isCut: boolean,
  untold: readonly string[],
): string {
  return [
    `${plural(traces.size, 'trace')} with ${plural(spans, 'span')} sent to ${url}`,
    ...(rejected === 0 ? [] : [`it did not take ${plural(rejected, 'span')} of them: ${why}`]),
    ...(isCut ? [`there are more than ${plural(SPANS_MAX, 'span')}: take a smaller --share`] : []),
    ...untold.map((kind) => `the hops '${kind}' could not be told`),
    '',
  ].join('\n');
}

/** When the run's clock stood at zero; in sim, whose time is its own, when it was run. */
function beginningOf(directory: RunDirectory, plan: Plan): { zeroUnixMs: number; run: string } {
  const environment = directory.readJson<Environment>('environment.json');
  const instant = environment?.zeroAt ?? environment?.startedAt ?? '';
  const zeroUnixMs = unixMsOf(instant);
  if (environment === null || !Number.isFinite(zeroUnixMs))
    throw new WorldError(
      'no-environment',
      `${directory.path} does not say when the run was: it has no whole environment.json`,
      'export from a run directory that `twinstorm run` wrote to its end',
    );
  return { zeroUnixMs, run: [planDigest(plan), environment.run, instant].join('/') };
}

function refuse(flag: string, what: string): never {
  throw new AuthorError([{ code: 'flag', message: `${flag} ${what}` }]);
}
