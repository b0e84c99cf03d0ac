/**
 * A small update server with hawkBit's direct device integration (DDI), for tests, written after
 * what hawkBit documents: it shares no code with the platform twin or with our devices. It rolls an
 * image out to all that it is told of at once, is unkind now and then, and writes down whatever a
 * device does that DDI does not allow.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** So long devices are to wait between two polls. */
export const SLEEP_MS = 2000;
const GARBAGE = 'HTTP/1.1 299 ?\r\nno-colon\r\ncontent-length: x\r\n\r\n\u0000{{{';

interface Action {
  id: number;
  campaign: string;
  status: string;
  why: string;
  offeredAt: number;
  settledAt: number;
  /** It is to be left off. */
  isOff: boolean;
  /** How often it was closed, and refused to be closed again since the device came up. */
  closed: number;
  refused: number;
  /** Up to where ranges of it came, and where one was broken off. */
  loaded: number;
  brokenAt: number | null;
}

interface Target {
  id: string;
  version: string;
  said: number;
  actions: Action[];
  polledAt: number;
  /** Polls came sooner and later than they were asked to, and in time. */
  gaps: number[];
  /** It may ask at once. */
  isNew: boolean;
  /** Of its last poll the time before was taken down. */
  hasGap: boolean;
  polls: number;
  busy: number;
}

export interface Campaign {
  name: string;
  signed: { text: string; signature: string };
  image: Buffer;
  of: string;
  success: number;
  at: number;
  devices: string[];
  gate: object | null;
}

type Json = Readonly<Record<string, unknown>>;

export class DdiServer {
  readonly wrongs: string[] = [];
  readonly counts: Record<string, number> = {};
  readonly #targets = new Map<string, Target>();
  readonly #campaigns = new Map<string, Campaign>();
  readonly #startedAt = performance.now();
  #nextId = 7000;
  readonly #server = createServer((request, response) => void this.#take(request, response));

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get gaps(): number[] {
    return [...this.#targets.values()].flatMap(({ gaps }) => gaps);
  }

  #now(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  // --- what an operator asks: no part of DDI ----------------------------------------------------

  begin(campaign: Omit<Campaign, 'at' | 'gate'>): number {
    const at = this.#now();
    this.#campaigns.set(campaign.name, { ...campaign, at, gate: null });
    for (const [place, id] of campaign.devices.entries()) {
      const fresh = { status: '', why: '', closed: 0, refused: 0, loaded: 0, brokenAt: null };
      const about = { id: this.#nextId++, campaign: campaign.name, offeredAt: at, settledAt: 0 };
      // Every fifth is told to leave off as soon as it loads.
      const action: Action = { ...fresh, ...about, isOff: false };
      this.#targetOf(id).actions.push(action);
      if (place % 5 === 4) this.#toCallOff.add(action);
    }
    return at;
  }
  readonly #toCallOff = new Set<Action>();

  rows(): object[] {
    return [...this.#targets.values()].map(({ id, version, said, actions }) => ({
      ...{ device: id, version, said },
      offered: actions.map(({ campaign, offeredAt }) => ({ campaign, attempt: 1, at: offeredAt })),
      settled: actions
        .filter(({ status }) => status !== '')
        .map(({ campaign, status, settledAt }) => ({
          campaign,
          attempt: 1,
          status,
          at: settledAt,
        })),
    }));
  }

  gates(name: string): object[] {
    const gate = this.#campaigns.get(name)?.gate ?? null;
    return gate === null ? [] : [gate];
  }

  // --- DDI --------------------------------------------------------------------------------------

  #targetOf(id: string): Target {
    const fresh = {
      version: '',
      said: -1,
      actions: [],
      polledAt: 0,
      gaps: [],
      isNew: true,
      hasGap: false,
    };
    const target = this.#targets.get(id) ?? { id, ...fresh, polls: 0, busy: 0 };
    this.#targets.set(id, target);
    return target;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const parts = /^\/TENANT\/controller\/v1\/([^/?]+)\/?([^?]*)/.exec(url);
    if (parts === null) return this.#wrong(response, `${method} ${url} is no path of DDI`);
    const target = this.#targetOf(decodeURIComponent(parts[1] ?? '').replaceAll(':', '/'));
    if (target.busy++ > 0) this.wrongs.push(`${target.id} asks twice at one time`);
    response.on('close', () => target.busy--);
    let body = '';
    for await (const bytes of request) body += String(bytes);
    if (headers.host === undefined) this.wrongs.push(`${target.id} names no host`);
    const isSaid = method === 'PUT' || method === 'POST';
    if (isSaid && headers['content-type'] !== 'application/json') {
      this.wrongs.push(`${target.id} says something that is not called JSON`);
    }
    const said = isSaid ? (JSON.parse(body) as Json) : {};
    const [, what = '', number = ''] = /^([a-zA-Z]*)\/?(\d*)/.exec(parts[2] ?? '') ?? [];
    const action = target.actions.find(({ id }) => id === Number(number));
    this.#count(`${method} ${what}${url.endsWith('/feedback') ? ' feedback' : ''}`);
    if (what === '') return this.#root(target, response);
    if (what === 'configData') return this.#attributes(target, said, response);
    if (action === undefined) return this.#wrong(response, `${target.id} asks for ${url}`);
    if (what === 'softwaremodules') return this.#image(target, action, request, response);
    if (url.endsWith('/feedback')) return this.#feedback(target, action, what, said, response);
    if (what === 'cancelAction') {
      return json(response, 200, { id: number, cancelAction: { stopId: number } });
    }
    return this.#deployment(target, action, response);
  }

  #root(target: Target, response: ServerResponse): void {
    const now = performance.now();
    const turn = target.polls++;
    const isUnkind = turn === 2 || turn === 5;
    // Of a poll that is not answered nobody knows whether the device had come up just then.
    target.hasGap = !target.isNew && !isUnkind;
    if (target.hasGap) target.gaps.push(now - target.polledAt);
    target.polledAt = now;
    target.isNew = false;
    // A garbled answer, an endless head, a broken server, and then honest ones again.
    if (isUnkind) {
      // Who was not answered may ask again when it likes.
      target.isNew = true;
      this.#count('unkind answers');
      if (turn === 5) return json(response, 500, {});
      const { socket } = response;
      socket?.write(
        this.#nextId++ % 2 === 0 ? GARBAGE : `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(2000)}`,
      );
      socket?.destroySoon();
      return;
    }
    const open = target.actions.find(({ status }) => status === '');
    const link = (path: string) => ({
      href: `http://elsewhere:8080/TENANT/controller/v1/${target.id.replaceAll('/', ':')}/${path}`,
    });
    json(response, 200, {
      config: { polling: { sleep: '00:00:02' } },
      _links: {
        ...(target.version === '' ? { configData: link('configData') } : {}),
        ...(open === undefined
          ? {}
          : open.isOff
            ? { cancelAction: link(`cancelAction/${open.id}`) }
            : { deploymentBase: link(`deploymentBase/${open.id}?c=-123`) }),
      },
    });
  }

  #attributes(target: Target, said: Json, response: ServerResponse): void {
    const { version } = (said.data ?? {}) as { version?: string };
    target.version = version ?? '';
    target.said++;
    // It has come up, and asked at once.
    if (target.hasGap) target.gaps.pop();
    target.hasGap = false;
    for (const action of target.actions) action.refused = 0;
    json(response, 200, {});
  }

  #deployment(target: Target, { id, campaign: name }: Action, response: ServerResponse): void {
    const { signed } = this.#campaigns.get(name) as Campaign;
    const { version, sha256, size } = JSON.parse(signed.text) as Record<string, string>;
    const href = `http://elsewhere:8080/TENANT/controller/v1/${target.id.replaceAll('/', ':')}/softwaremodules/${id}/artifacts/firmware.bin`;
    const artifact = {
      filename: 'firmware.bin',
      hashes: { sha256 },
      size,
      _links: { 'download-http': { href } },
    };
    const signature = Buffer.from(signed.signature, 'hex').toString('base64');
    const metadata = [
      { key: 'manifest', value: signed.text },
      { key: 'signature', value: signature },
      { key: 'attempt', value: '1' },
    ];
    const chunks = [{ part: 'os', version, name, artifacts: [artifact], metadata }];
    // In chunks, as a server in Java would.
    response.writeHead(200, { 'content-type': 'application/hal+json' });
    const text = JSON.stringify({
      id,
      deployment: { download: 'forced', update: 'forced', chunks },
    });
    response.write(text.slice(0, 100));
    response.end(text.slice(100));
  }

  #image({ id }: Target, action: Action, request: IncomingMessage, response: ServerResponse): void {
    const { image } = this.#campaigns.get(action.campaign) as Campaign;
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (range === null) return this.#wrong(response, `${id} asks for no range`);
    const [from, to] = [Number(range[1]), Number(range[2]) + 1];
    const { brokenAt } = action;
    // The last page that is there is not sure to be whole.
    if (brokenAt !== null && (from > brokenAt || from < action.loaded - 256)) {
      this.wrongs.push(`${id} goes on at ${from}, and it broke off at ${brokenAt}`);
    }
    if (brokenAt !== null) this.#count('resumed');
    action.brokenAt = null;
    response.writeHead(206, {
      'content-range': `bytes ${from}-${to - 1}/${image.length}`,
      'content-length': to - from,
    });
    if (from > 0 && action.loaded > 0 && !this.#broke.has(action)) {
      this.#broke.add(action);
      const half = from + Math.floor((to - from) / 2);
      action.brokenAt = half;
      response.write(image.subarray(from, half), () => response.socket?.destroySoon());
      return;
    }
    action.loaded = to;
    response.end(image.subarray(from, to));
  }
  readonly #broke = new Set<Action>();

  #feedback(
    target: Target,
    action: Action,
    what: string,
    said: Json,
    response: ServerResponse,
  ): void {
    const { status } = said as { status?: { execution: string; result: Json; details: string[] } };
    if (status === undefined) return this.#wrong(response, `${target.id} says nothing`);
    const { execution, result, details } = status;
    if (action.status !== '') {
      if (action.refused++ > 0) this.wrongs.push(`${target.id} says again what is gone`);
      return json(response, 410, {});
    }
    if (what === 'cancelAction' && !action.isOff) return json(response, 405, {});
    if (execution === 'download' && this.#toCallOff.delete(action)) action.isOff = true;
    if (execution === 'rejected') {
      action.isOff = false;
      this.#count('rejected');
    }
    if (execution !== 'closed') return json(response, 200, {});
    // The first time it has no time for that.
    if (action.closed++ === 0) return json(response, 500, {});
    if (result.finished === 'none') this.wrongs.push(`${target.id} closes without a result`);
    const isDone = what !== 'cancelAction' && result.finished === 'success';
    if (what === 'cancelAction') this.#count('cancelled');
    action.status = isDone ? 'confirmed' : details[0] === 'rolled-back' ? 'rolled-back' : 'failed';
    action.settledAt = this.#now();
    this.#decide(action);
    json(response, 200, {});
  }

  #decide({ campaign: name, settledAt }: Action): void {
    const campaign = this.#campaigns.get(name) as Campaign;
    const own = [...this.#targets.values()].flatMap(({ actions }) => actions);
    const of = own.filter((action) => action.campaign === name);
    const confirmed = of.filter(({ status }) => status === 'confirmed').length;
    const failed = of.filter(({ status }) => status !== '').length - confirmed;
    if (campaign.gate !== null || confirmed * 1_000_000 < campaign.success * of.length) return;
    campaign.gate = { wave: 0, passed: 1, confirmed, failed, total: of.length, at: settledAt };
  }

  #wrong(response: ServerResponse, what: string): void {
    this.wrongs.push(what);
    json(response, 404, {});
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(status === 200 ? JSON.stringify(body) : '');
}
