/**
 * index.html: several runs as one page without a network or a script. What did not pass comes
 * first, each with its reason and the way to its own report.
 */
import { Markup, markup } from '../plots/markup.ts';
import { verdictChip } from '../reporters/html/head.ts';
import { STYLE } from '../reporters/html/style.ts';
import { formatCount, legibleLine, whySentence } from '../wording.ts';
import { type BatchRow, wordOf } from './batch.ts';

/** It asks for nothing, from nowhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function batchPage(rows: readonly BatchRow[], startedAt: string): string {
  const passed = rows.filter(({ exitCode }) => exitCode === 0);
  const others = rows.filter(({ exitCode }) => exitCode !== 0);
  const title = `${formatCount(passed.length)} of ${formatCount(rows.length)} runs passed`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Twinstorm: ${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<header class="card head ${others.length === 0 ? 'v-pass' : 'v-fail'}"><h1>${title}</h1>
<p class="about">Begun ${startedAt}</p></header>
<section class="card"><div class="scroll"><table>
<thead><tr><th>Verdict</th><th>Run</th><th class="number">Seed</th><th>Gear</th>
<th class="number">Seconds</th></tr></thead>
<tbody>
${[...others, ...passed].map(line)}</tbody>
</table></div></section>
</main>
</body>
</html>
`.text;
}

function line(row: BatchRow): Markup {
  const { judged, label, seconds } = row;
  const { seed, gear } = judged?.result ?? {};
  return markup`<tr><td>${chipOf(row)}</td>
<th><span class="name">${linked(row, label)}</span>${why(row)}</th>
<td class="number">${seed}</td><td>${gear}</td><td class="number">${seconds.toFixed(1)}</td></tr>
`;
}

const linked = ({ directory, page }: BatchRow, label: string): Markup =>
  directory === null || page === null
    ? markup`${label}`
    : markup`<a href="${encodeURI(`${directory}/${page}`)}">${label}</a>`;

function why({ judged, problems, exitCode }: BatchRow): Markup | null {
  if (exitCode === 0) return null;
  const text = judged === null ? problems.join(' · ') : whySentence(judged.result);
  return markup`<br><small>${legibleLine(text)}</small>`;
}

function chipOf(row: BatchRow): Markup {
  const word = wordOf(row);
  return row.judged !== null && word === row.judged.result.verdict
    ? verdictChip(row.judged.result.verdict)
    : markup`<span class="chip v-invalid">${word}</span>`;
}
