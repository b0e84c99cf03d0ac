/** What a plan asks of a kind of proxy; how it is started is the affair of rooms above. */
import { defineFamily, type Family, field } from '#kernel';

export interface ProxyWords {
  kind: string;
  summary: string;
  /** How it gets onto a machine that has none; left out where it is always there. */
  bring?: string;
  start(context: never): Promise<unknown>;
}

export const proxyWords: Family<ProxyWords> = defineFamily<ProxyWords>({
  family: 'proxy',
  plural: 'proxies',
  folders: ['harness/targets/proxies'],
  define: 'defineProxy',
  fields: { summary: field.text, bring: field.maybe(field.text), start: field.action },
});
