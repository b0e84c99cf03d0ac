/**
 * A list of the target, read page by page. Where it ends is for the target's own code to say, so an
 * answer that does not say it is that code's mistake and no long list; what could not be had is
 * written down with its reason, or a doubt would be all that is left of it.
 */
import { isMap, knownHint, Misuse, mustBe, nearestName, type Plan } from '#kernel';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { Answer, Queries, Query, TargetPorts } from './target-ports.ts';

const PAGE_ROWS = 5000;
const PAGES_MAX = 100_000;

export interface ListPorts {
  plan: Plan;
  ledger: Pick<LedgerWriter, 'write'>;
}

type Take<Row> = (rows: readonly Row[]) => void;

/**
 * False when it could not be read to its end; the ledger says why. A list may lie `below` a port,
 * beside the port's own.
 */
export async function readList<Row>(
  ports: ListPorts & { target: TargetPorts },
  port: string,
  query: Query,
  take: Take<Row>,
  below = '',
): Promise<boolean> {
  const { offers } = ports.plan.target;
  if (offers.includes(port)) {
    const queries = ports.target.port(port);
    if (below === '' || queries === null) return readPages(ports, port, queries, query, take);
    const list: Queries = { get: (asked) => queries.get(asked, below) };
    return readPages(ports, `${port}/${below}`, list, query, take);
  }
  if (nearestName(port, offers) !== undefined) {
    throw new Misuse(`there is no port '${port}' of the target`, knownHint(port, offers).hint);
  }
  return unread(ports, port, 'the target does not offer it');
}

export async function readPages<Row>(
  ports: ListPorts,
  port: string,
  queries: Queries | null,
  query: Query,
  take: Take<Row>,
): Promise<boolean> {
  if (queries === null) return unread(ports, port, 'the target does not offer it');
  const asked = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    if (asked.size === PAGES_MAX) return unread(ports, port, `it has over ${PAGES_MAX} pages`);
    asked.add(cursor);
    const place: Query = cursor === '' ? {} : { cursor };
    const answer = await queries.get({ ...query, limit: String(PAGE_ROWS), ...place });
    if (answer.status !== 200) return unread(ports, port, refusal(answer));
    const page: { rows: readonly Row[]; next: string | null } = pageOf(port, answer.body);
    if (page.next !== null && asked.has(page.next)) {
      throw new Misuse(
        `the list of ${port} goes round: ${page.next} is the page after itself`,
        NEXT,
      );
    }
    take(page.rows);
    cursor = page.next;
  }
  return true;
}

const NEXT = 'a list answers { rows, next }: next is the cursor of the page behind it, or null';

function pageOf<Row>(port: string, body: unknown) {
  const { rows, next } = isMap(body) ? body : {};
  if (!Array.isArray(rows)) {
    throw new Misuse(`the list of ${port}: rows ${mustBe('a list', rows)}`, NEXT);
  }
  if (next !== null && typeof next !== 'string') {
    throw new Misuse(`the list of ${port}: next ${mustBe('a cursor or null', next)}`, NEXT);
  }
  return { rows: rows as readonly Row[], next };
}

function refusal({ status, body }: Answer): string {
  if (status === 0) return 'the target did not answer';
  const why = isMap(body) && typeof body.error === 'string' ? ` (${body.error})` : '';
  return `the target answered with status ${status}${why}`;
}

function unread({ ledger }: ListPorts, port: string, why: string): false {
  ledger.write('unread', { port, why: why.slice(0, 400) });
  return false;
}
