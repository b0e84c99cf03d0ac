/** The checker: what a device said again and was acknowledged for is kept as it was said. */
import type { CheckerKind, Finding } from '../../harness/authors.ts';
import type { Echo, EchoOracle } from './echo-oracle.ts';

export default {
  family: 'checker',
  kind: 'echoed',
  title: 'Echoes are kept',
  refs: [],
  summary: 'Each acknowledged echo is kept as the device said it.',
  judges: 'always',
  broken: 'fail',
  params: {},
  applies: (plan) => plan.workflows.some(({ workflow }) => workflow === 'echo'),
  start: ({ plan, of }) => {
    const echoes = of<EchoOracle>('echo');
    return {
      ops: [],
      end: () => {
        const owed = [...echoes.all()].filter(({ isAcked }) => isAcked);
        const decided = owed.filter(({ device }) => echoes.isRead(device));
        const lost = decided.filter(({ said, kept }) => kept !== said);
        const name = ({ device }: { device: number }): string => plan.devices[device]?.id ?? '';
        const instead = ({ keptOf: device }: Echo): string =>
          device === null ? '' : `: what ${name({ device })} said stands in its place`;
        return {
          obligations: owed.length,
          decided: decided.length,
          findings: lost.slice(0, 20).map(
            (echo): Finding => ({
              message: `${name(echo)}, echo ${echo.n}, was acknowledged and is not kept as it was said${instead(echo)}`,
              devices: [name(echo)],
              at: echo.saidAt / 1000,
              witness: [{ t: echo.saidAt / 1000, who: name(echo), what: `says ${echo.said}` }],
            }),
          ),
          findingCount: lost.length,
          figures: {},
        };
      },
    };
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0 ? `All ${decided} echoes are kept.` : `${findingCount} echoes are not kept.`,
} satisfies CheckerKind & { family: string };
