/**
 * report.html: the whole run as one page that works without a network, without a script and on
 * paper. Everything is drawn here, once, from the result; the script only adds the crosshair, the
 * jump to a finding's instant and the theme. The page forbids itself every request by its own
 * content security policy.
 */
import { embeddedJson, Markup, markup } from '../plots/markup.ts';
import { defineReporter } from '../reporter.ts';
import type { Environment, Result } from '../result.ts';
import { legibleLine } from '../wording.ts';
import { chapterAnchor, chapterSection } from './html/chapter.ts';
import { checkersSection } from './html/checkers.ts';
import { coverageSection } from './html/coverage.ts';
import { headSection } from './html/head.ts';
import { latencySection } from './html/latency.ts';
import { messagesSection } from './html/messages.ts';
import { recoverySection } from './html/recovery.ts';
import { SCRIPT } from './html/script.ts';
import { STYLE } from './html/style.ts';
import { surroundingsSection } from './html/surroundings.ts';
import { timelineOf } from './html/timeline.ts';
import { hasTraces, tracesSection } from './html/traces.ts';

export default defineReporter({
  kind: 'html',
  summary: 'One offline page: verdict, charts with fault bands, recovery, findings with witnesses.',
  file: 'report.html',
  render: (result, environment) => page(result, environment).text,
});

type Section = readonly [anchor: string, title: string];

const sectionsOf = (result: Result): readonly Section[] => [
  ['messages', 'Messages'],
  ...(result.chapters ?? []).map((chapter): Section => [chapterAnchor(chapter), chapter.title]),
  ['timeline', 'Timeline'],
  ['latency', 'Latency'],
  ['faults', 'Faults'],
  ['checkers', 'Checkers'],
  ...(hasTraces(result) ? [['traces', 'Traces'] as const] : []),
  ['coverage', 'Coverage'],
  ['surroundings', 'Environment'],
];

const sectionLink = ([anchor, name]: Section): Markup =>
  markup`<li><a href="#${anchor}">${name}</a></li>`;

function page(result: Result, environment: Environment): Markup {
  const { chapters = [] } = result;
  const timeline = timelineOf(result);
  const title = `${legibleLine(result.scenario.name)}: ${result.verdict}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
<nav class="nav" aria-label="Sections"><div class="nav-in"><span class="brand">Twinstorm</span>
<ul>${sectionsOf(result).map(sectionLink)}</ul>
<button type="button" id="theme" class="quiet" hidden aria-label="Switch between light and dark">Theme</button></div></nav>
<main>
${headSection(result)}
${messagesSection(result)}
${chapters.map((chapter) => chapterSection(chapter, result))}
${timeline.section}
${latencySection(result)}
${recoverySection(result, environment)}
${checkersSection(result, environment)}
${tracesSection(result)}
${coverageSection(result)}
${surroundingsSection(result, environment)}
</main>
<script type="application/json" id="data">${embeddedJson(timeline.data)}</script>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`;
}
