/**
 * Paths inside a scenario, as people and problems write them: `chaos[0].where.region`. Keys that
 * are no plain words are quoted, `with["odd key"]`, so that every path can be read back.
 */
export type Path = readonly (string | number)[];

export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z0-9_-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** Undefined when the text is no path. */
export function parsePath(text: string): (string | number)[] | undefined {
  const path: (string | number)[] = [];
  const part = /\.?([^.[\]"'=\s]+)|\[(\d{1,6})\]|\[("(?:[^"\\]|\\.)*")\]/gy;
  let at = 0;
  for (const match of text.matchAll(part)) {
    at = match.index + match[0].length;
    if (match[1] !== undefined) path.push(match[1]);
    else if (match[2] !== undefined) path.push(Number(match[2]));
    else if (match[3] !== undefined) {
      const key = unquote(match[3]);
      if (key === undefined) return undefined;
      path.push(key);
    }
  }
  return at === text.length && path.length > 0 && !text.startsWith('.') ? path : undefined;
}

/** True when `path` lies at or below `top`. */
export const isWithin = (path: Path, top: Path): boolean =>
  top.length <= path.length && top.every((part, index) => String(part) === String(path[index]));

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}
