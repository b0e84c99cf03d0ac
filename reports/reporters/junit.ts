/**
 * junit.xml, for every CI that reads it: one test suite per run, valid against both schemas in use
 * (Ant's by Windy Road and that of the Jenkins xUnit plug-in). JUnit knows pass, failure, error and
 * skipped, so:
 *
 *   a checker that passed                    passed
 *   a checker that failed                    failure   type="fail": a violation was proved
 *   a checker unknown or invalid             error     type="unknown" / "invalid": nothing was proved, do not trust
 *   a checker not applicable                 skipped
 *   a fault seen to take effect              passed
 *   a fault without effect                   error     type="no-effect"
 *   a fault whose effect was not decided     skipped
 *
 * One more case, `verdict`, carries the run as a whole, so that a suite is never green when the
 * exit code is not 0. Checkers take no time of their own; faults last their window and the run its
 * phases, in seconds of the run; in the real gear the run lasts as long as it took.
 */
import { defineReporter } from '../reporter.ts';
import { document, suiteOf } from './junit/suite.ts';

export default defineReporter({
  kind: 'junit',
  summary: 'JUnit XML: a test case per checker and per fault, and one for the run.',
  file: 'junit.xml',
  render: (result, environment) => document([suiteOf(result, environment)]),
});
