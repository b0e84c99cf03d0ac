/** An address with placeholders, as a scenario writes it: what is wrong with it, where it leads. */

const PLACE = /\{(?:run|since|device|cursor|limit)\}/g;

export function httpFlaw(template: string): { message: string; hint: string } | null {
  const filled = template.replace(PLACE, '1');
  const stranger = /\{([^{}]*)\}/.exec(filled)?.[1];
  if (stranger !== undefined) {
    const hint = 'known: {run}, {since}, {device}, {cursor}, {limit}';
    return { message: `knows no placeholder {${stranger}}`, hint };
  }
  const url = URL.parse(filled);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return { message: 'must be an address', hint: 'http://127.0.0.1:8080/api/rows?run={run}' };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      message: 'must not carry a user or password',
      hint: 'name a variable or a file that holds the Authorization: auth-env, auth-file',
    };
  }
  return null;
}

/** Its host, where that is not surely this machine. */
export function httpHost(template: string): string | null {
  const host = URL.parse(template.replace(PLACE, '1'))?.hostname ?? '';
  return /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/.test(host) ? null : host;
}
