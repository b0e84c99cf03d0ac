/** Moquette with its sessions on disk. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromMaven } from '../bringing.ts';
import type { ForeignBroker } from '../foreign-broker.ts';

/** The root of most that is found. */
const RESEND = 'a message sent again, marked DUP, ends the thread that serves many sessions';

export const moquette: ForeignBroker = {
  name: 'moquette',
  source: 'Maven: io.moquette:moquette-broker',
  bring: (folder) =>
    fromMaven(folder, ['io.moquette', 'moquette-broker', '0.17'], 'MoquetteServer'),
  launch: ({ folder, state, port }) => {
    const classes = [join(folder, 'classes'), join(folder, 'lib', '*')].join(':');
    const logging = join(state, 'log4j.properties');
    writeFileSync(logging, LOGGING);
    const flags = ['-Xmx1g', `-Dlog4j.configuration=file:${logging}`, '-cp', classes];
    return [{ command: 'java', args: [...flags, 'MoquetteServer', String(port), state] }];
  },
  declares: [
    {
      key: 'retained',
      value: 'unflagged',
      because: 'retained values come without their flag',
      confirm: 'retained-without-flag',
    },
    {
      key: 'packet-limit',
      value: 8192,
      because: 'larger packets end the connection',
      confirm: 'packet-ends-connection',
    },
  ],
  findings: [
    {
      scenes: ['mixed'],
      checker: 'will-honest',
      because: `${RESEND}, and their wills with it`,
      confirm: 'wills-fail-after-resend',
    },
    {
      scenes: ['qos2', 'thousand'],
      checker: 'will-honest',
      because: `${RESEND}, and their wills with it`,
      confirm: 'wills-fail-after-resend',
      sometimes: true,
    },
    {
      scenes: ['mixed', 'thousand'],
      checker: 'duplicates-explained',
      because: `${RESEND}, and so their answers are not heard`,
      confirm: 'answered-and-sent-again',
      sometimes: true,
    },
    {
      scenes: ['mixed', 'thousand'],
      checker: 'no-acked-loss',
      because: `${RESEND}, and what is acknowledged does not reach them`,
      confirm: 'lost-after-resend',
      sometimes: true,
    },
    ...(['recovered', 'target-alive'] as const).map((checker) => ({
      scenes: ['mixed', 'thousand'] as const,
      checker,
      because: `${RESEND}, and clients are let in no more`,
      confirm: 'resend-hangs-clients',
      sometimes: true,
    })),
    {
      scenes: ['mixed', 'thousand'],
      checker: 'in-order',
      because: 'what was under way comes after what is newer, if at all',
      confirm: 'overtaken-after-return',
      sometimes: true,
    },
  ],
};

/** Without it, it says nothing of the threads that it loses. */
const LOGGING = `log4j.rootLogger=WARN, A
log4j.appender.A=org.apache.log4j.ConsoleAppender
log4j.appender.A.layout=org.apache.log4j.PatternLayout
log4j.appender.A.layout.ConversionPattern=%d{HH:mm:ss,SSS} %t %-5p %c{1} %m%n
`;
