/** Whether an address lies on this machine. */

/** Its host where it does not. A name that merely looks like this machine is not. */
export function elsewhereOf(url: string): string | null {
  const host = URL.parse(url)?.hostname ?? '';
  return /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/.test(host) ? null : host;
}
