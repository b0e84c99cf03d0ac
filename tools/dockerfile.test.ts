/** The Dockerfile is understood whole, and what it copies or runs in vain is told with its line. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { buildStages, readDockerfile } from './dockerfile.ts';
import { ROOT } from './house.ts';

const scratch = mkdtempSync(join(tmpdir(), 'dock-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const context = join(scratch, 'context');
mkdirSync(join(context, 'folder'), { recursive: true });
writeFileSync(join(context, 'a.txt'), 'a');
writeFileSync(join(context, 'folder', 'b.txt'), 'b');

let turn = 0;
const build = (...lines: string[]) =>
  buildStages(readDockerfile(lines.join('\n')), context, join(scratch, `stages-${++turn}`));

it('understands ours', () => {
  const stages = readDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
  expect(stages.map(({ base }) => base)).toEqual(['node:24-slim', 'node:24-slim']);
});

it('runs stages one after the other, each in a folder of its own', () => {
  const built = build(
    'FROM x AS build',
    'WORKDIR /src',
    'COPY a.txt ./',
    'COPY folder ./folder',
    'RUN cat a.txt folder/b.txt > both.txt',
    'FROM y',
    'ARG WORD=no',
    'WORKDIR /opt',
    'COPY --from=build /src/both.txt ./',
    'RUN printf "$WORD" >> both.txt',
    'ENTRYPOINT ["cat"]',
  );
  expect(readFileSync(join(built.folder, 'both.txt'), 'utf8')).toBe('abno');
  expect(built.entrypoint).toEqual(['cat']);
});

it.each([
  [['FROM x', 'COPY absent.txt ./'], /Dockerfile:2 copies what is not there: absent\.txt/],
  [['FROM x', 'COPY --from=other /a ./'], /Dockerfile:2 copies from no stage/],
  [['FROM x', '', 'RUN echo why >&2; exit 3'], /Dockerfile:3 RUN ends with 3[\s\S]*why/],
  [['FROM x', 'HEALTHCHECK NONE'], /Dockerfile:2 is not understood/],
])('%j is refused', (lines, words) => {
  expect(() => build(...lines)).toThrow(words);
});
