/** Where Shopify's toxiproxy-server lies, and how it gets onto a machine that has none. */
import { findBinary } from '../find-binary.ts';

export const BRING_TOXIPROXY =
  'go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0, as toxiproxy-server on the ' +
  'PATH or named by TOXIPROXY_BIN';

type Env = Readonly<Record<string, string | undefined>>;

/** What TOXIPROXY_BIN names, else what lies on the PATH; null where there is none. */
export function toxiproxyBinary({ TOXIPROXY_BIN, PATH = '' }: Env): string | null {
  return findBinary(wantedBinary({ TOXIPROXY_BIN }), PATH);
}

export const wantedBinary = ({ TOXIPROXY_BIN }: Env): string =>
  TOXIPROXY_BIN === undefined || TOXIPROXY_BIN === '' ? 'toxiproxy-server' : TOXIPROXY_BIN;
