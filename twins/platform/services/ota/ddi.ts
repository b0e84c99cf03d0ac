/**
 * HawkBit's direct device integration (DDI) over the very campaigns of the platform: a device that
 * asks is told of the one action that is open for it, or that this is called off; and what it says
 * of an action goes to the campaign like the word of any device. All that a request changes is
 * committed when it is answered. There are no tokens: who speaks is who the path names, as behind a
 * gateway that has looked at that.
 */
import { readManifest } from '#kernel';
import type { HttpAnswer, HttpRequest } from '../../http-server.ts';
import type { ServicePorts } from '../../service.ts';
import type { Action, Actions } from './actions.ts';
import { type Attributes, endOf, type Feedback, readAttributes, readFeedback } from './feedback.ts';
import type { RollOut } from './roll-out.ts';
import type { OtaSeams } from './seams.ts';
import { sha1Hex } from './sha1.ts';
import type { OtaTables, TargetRow } from './tables.ts';

const SLEEP = '00:00:05';
const TEXT_MAX = 200;
const CANCELLED = 'cancelled';
const ROUTE = /^\/([^/?]+)\/controller\/v1\/([^/?]+)(?:\/([^?]*))?(?:\?.*)?$/;

export interface DdiPorts {
  tables: OtaTables;
  actions: Actions;
  campaigns: ReadonlyMap<string, RollOut>;
  registry: ServicePorts['registry'];
  clock: ServicePorts['clock'];
  commits: ServicePorts['commits'];
  seams: Partial<OtaSeams> | null;
  /** It has said what it has, and how it came up. */
  heard(device: string, said: Attributes): void;
  fileOf(campaign: string, isPatch: boolean): Uint8Array | null;
  /** An attempt that was closed is closed once more. */
  settleAgain(target: TargetRow, status: string, why: string, now: number): void;
}

interface Asked extends HttpRequest {
  device: string;
  /** The address of all that is the device's. */
  base: string;
  now: number;
}

type Found = { action: Action; target: TargetRow | null };

const OK: HttpAnswer = { status: 200 };
const BAD: HttpAnswer = { status: 400 };
const UNKNOWN: HttpAnswer = { status: 404 };
const NOT_SO: HttpAnswer = { status: 405 };
const GONE: HttpAnswer = { status: 410 };

export class Ddi {
  readonly #ports: DdiPorts;
  /** By campaign and file. */
  readonly #sha1s = new Map<string, string>();

  constructor(ports: DdiPorts) {
    this.#ports = ports;
  }

  /** Null where it is none of its paths; else it is answered when all of it is committed. */
  take(request: HttpRequest, answer: (said: HttpAnswer) => void): boolean {
    const [, tenant, id = '', rest = ''] = ROUTE.exec(request.path) ?? [];
    if (tenant === undefined || rest.startsWith('softwaremodules/')) return false;
    const { clock, commits, registry } = this.#ports;
    const device = idIn(id);
    if (registry.get(device) === undefined) {
      answer(UNKNOWN);
      return true;
    }
    const host = request.header('host').slice(0, TEXT_MAX) || 'platform';
    const base = `http://${host}/${tenant}/controller/v1/${id}`;
    let said = UNKNOWN;
    commits.add(
      () => {
        said = this.#answer({ ...request, device, base, now: clock.now() }, rest);
      },
      (error) => {
        if (error === null) answer(said);
      },
    );
    return true;
  }

  /** A device that comes and asks is told of nothing in between. */
  isPoller(device: string): boolean {
    return this.#ports.actions.isPoller(device);
  }

  #answer(asked: Asked, rest: string): HttpAnswer {
    const { method } = asked;
    const { campaigns, actions } = this.#ports;
    for (const campaign of campaigns.values()) campaign.tick(asked.now);
    const route = `${method} ${rest.replace(/\d{1,15}/, '*')}`;
    const id = Number(/\d{1,15}/.exec(rest)?.[0] ?? 0);
    if (route === 'GET ') return this.#root(asked);
    if (route === 'PUT configData') return this.#attributes(asked);
    const action = actions.get(id, asked.device);
    if (action === null) return UNKNOWN;
    const target = this.#openOf(action);
    if (route === 'GET deploymentBase/*') {
      return target === null ? UNKNOWN : json(this.#deployment(asked, action));
    }
    if (route === 'GET cancelAction/*') {
      const stops = { id: String(id), cancelAction: { stopId: String(id) } };
      return this.#isCalledOff(action) && target !== null ? json(stops) : UNKNOWN;
    }
    const about =
      route.endsWith('/feedback') && method === 'POST' ? readFeedback(asked.body) : null;
    // Feedback that says another action than its path would be taken for the wrong one.
    if (about === null || (about.id !== null && about.id !== String(id))) return BAD;
    const found: Found = { action, target };
    if (route === 'POST deploymentBase/*/feedback') return this.#heard(asked, found, about);
    if (route === 'POST cancelAction/*/feedback') return this.#leftOff(asked, found, about);
    return UNKNOWN;
  }

  // --- what a device asks -----------------------------------------------------------------------

  #root({ device, base, now }: Asked): HttpAnswer {
    const { actions } = this.#ports;
    if (!actions.isPoller(device)) actions.setAsks(device, true);
    const action = this.#open(device, now);
    const link = (path: string) => ({ href: `${base}/${path}` });
    const isOff = action !== null && this.#isCalledOff(action);
    return json({
      config: { polling: { sleep: SLEEP } },
      _links: {
        ...(actions.asks(device) ? { configData: link('configData') } : {}),
        ...(action !== null && isOff ? { cancelAction: link(`cancelAction/${action.id}`) } : {}),
        ...(action !== null && !isOff
          ? { deploymentBase: link(`deploymentBase/${action.id}?c=${action.attempt}`) }
          : {}),
      },
    });
  }

  /** The action that is open for it, of several the first; each of them was heard of now. */
  #open(device: string, now: number): Action | null {
    const { tables, actions, campaigns } = this.#ports;
    const open: { target: TargetRow; action: Action | null }[] = [];
    for (const [name, campaign] of campaigns) {
      const target = tables.target(name, device);
      if (target?.status !== 'offered') continue;
      campaign.heard(target, now);
      open.push({ target, action: actions.of(device, name, target.attempt) });
    }
    const known = open.flatMap(({ action }) => action ?? []).sort((a, b) => a.id - b.id);
    if (known[0] !== undefined) return known[0];
    const [first] = open;
    if (first === undefined) return null;
    return actions.add(device, first.target.campaign, first.target.attempt);
  }

  #deployment({ base }: Asked, { id, campaign, attempt }: Action): object {
    const { signed } = this.#ports.campaigns.get(campaign)?.row.spec ?? {};
    const manifest = readManifest(signed?.text);
    const files = `${base}/softwaremodules/${campaign}/artifacts`;
    const artifact = (
      what: 'image' | 'patch',
      { size, sha256 }: { size: number; sha256: string },
    ) => {
      const bytes = this.#ports.fileOf(campaign, what === 'patch');
      if (bytes === null) return [];
      // Updaters that are older than the others look at this one alone.
      const key = `${campaign} ${what}`;
      const sha1 = this.#sha1s.get(key) ?? sha1Hex(bytes);
      this.#sha1s.set(key, sha1);
      const _links = { 'download-http': { href: `${files}/${what}` } };
      const filename = `${what}${isArchive(bytes) ? '.swu' : ''}`;
      return [{ filename, hashes: { sha1, sha256 }, size, _links }];
    };
    const { delta } = manifest ?? {};
    const signature = Buffer.from(signed?.signature ?? '', 'hex').toString('base64');
    return {
      id: String(id),
      deployment: {
        ...{ download: 'forced', update: 'forced' },
        chunks: [
          {
            ...{ part: 'bApp', version: manifest?.version ?? '', name: campaign },
            artifacts: [
              ...(manifest === null ? [] : artifact('image', manifest)),
              ...(delta === undefined ? [] : artifact('patch', delta)),
            ],
            metadata: [
              { key: 'manifest', value: signed?.text ?? '' },
              { key: 'signature', value: signature },
              { key: 'attempt', value: String(attempt) },
            ],
          },
        ],
      },
    };
  }

  // --- what a device says -----------------------------------------------------------------------

  #attributes({ device, body }: Asked): HttpAnswer {
    const said = readAttributes(body);
    if (said === null) return BAD;
    this.#ports.actions.setAsks(device, false);
    this.#ports.heard(device, said);
    return OK;
  }

  #heard({ now }: Asked, { action, target }: Found, about: Feedback): HttpAnswer {
    const { device, campaign, attempt } = action;
    const { campaigns, seams } = this.#ports;
    if (target === null) {
      if (about.execution !== 'closed') return GONE;
      if (seams?.closeAgain?.(device, attempt) !== true) return GONE;
      const closed = this.#ports.tables.target(campaign, device);
      const { status, why } = endOf(about);
      if (closed !== null) this.#ports.settleAgain({ ...closed, attempt }, status, why, now);
      return OK;
    }
    if (about.execution === 'closed') {
      const { status, why } = endOf(about);
      this.#ports.actions.setAsks(device, true);
      campaigns.get(campaign)?.ended(target, status, why, now);
    } else campaigns.get(campaign)?.heard(target, now);
    return OK;
  }

  #leftOff({ now }: Asked, { action, target }: Found, about: Feedback): HttpAnswer {
    const { execution, finished } = about;
    if (target === null) return GONE;
    if (!this.#isCalledOff(action)) return NOT_SO;
    const campaign = this.#ports.campaigns.get(action.campaign);
    const isOff = ['closed', 'canceled'].includes(execution) && finished !== 'failure';
    if (isOff) campaign?.ended(target, 'failed', CANCELLED, now);
    else if (execution === 'rejected' || finished === 'failure') {
      this.#ports.actions.refuse(action.id);
      campaign?.heard(target, now);
    } else campaign?.heard(target, now);
    return OK;
  }

  // --- one action -------------------------------------------------------------------------------

  /** Null where it is closed. */
  #openOf({ device, campaign, attempt }: Action): TargetRow | null {
    const target = this.#ports.tables.target(campaign, device);
    return target?.status === 'offered' && target.attempt === attempt ? target : null;
  }

  /** And its device has not said that this came too late. */
  #isCalledOff({ campaign, device, refused }: Action): boolean {
    if (this.#ports.campaigns.get(campaign)?.row.state !== 'aborted' || refused === 1) return false;
    return this.#ports.seams?.callOffAction?.(device, campaign) !== false;
  }
}

/** Of SWUpdate's, which goes by the name of a file. */
const isArchive = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '07070';

const json = (value: object): HttpAnswer => ({
  status: 200,
  headers: 'content-type: application/json\r\n',
  body: Buffer.from(JSON.stringify(value)),
});

/** A slash in an id would be one of the path. */
function idIn(text: string): string {
  try {
    return decodeURIComponent(text).replaceAll(':', '/');
  } catch {
    return '';
  }
}
