/** All seven, in the order in which the table has them. */
import type { ForeignBroker } from '../foreign-broker.ts';
import { aedes } from './aedes.ts';
import { ejabberd } from './ejabberd.ts';
import { hivemq } from './hivemq.ts';
import { mochi } from './mochi.ts';
import { moquette } from './moquette.ts';
import { nats } from './nats.ts';
import { rabbitmq } from './rabbitmq.ts';

export const BROKERS: readonly ForeignBroker[] = [
  aedes,
  ejabberd,
  hivemq,
  mochi,
  moquette,
  nats,
  rabbitmq,
];
