/**
 * What every dialect owes: a message comes back as it was sent, from a topic that its observers
 * subscribe to, and no packet whatever makes it throw. It is tried in its own form, with the codec
 * that it names.
 */
import { type Catalog, type Duty, LANES, type Message, type Random, tries } from '#kernel';
import { damagedBytes } from './codec-duties.ts';
import { codecFamily } from './codec-family.ts';
import type { Dialect, DialectFleet, DialectKind, Parcelled, SpokenFor } from './dialect.ts';

export const duties: readonly Duty<DialectKind>[] = [
  {
    says: 'names a codec that there is, or none',
    flaws: ({ codec }, catalog) =>
      codec === undefined || catalog.of(codecFamily).has(codec)
        ? []
        : [`there is no codec '${codec}'`],
  },
  {
    says: 'reads back the message that it wrote',
    flaws: (kind, catalog) => {
      const dialect = bound(kind, catalog);
      return tries('dialect-round-trip', 150, (random) => {
        const sent = drawnMessage(random);
        const { topic, payload, qos, retain } = dialect.encode(sent);
        const { device, stream, n, epoch, intended } = sent;
        const [read, ...more] = dialect.decode(topic, payload);
        const whole = { device, stream, n, epoch, intended };
        const found = Object.entries(whole).filter(
          ([name, value]) => read?.[name as keyof typeof whole] !== value,
        );
        return [
          ...found.map(([name]) => `it does not read back ${name} of what it wrote to ${topic}`),
          ...(more.length > 0 ? [`it reads more than it wrote to ${topic}`] : []),
          ...(qos === sent.qos && retain === sent.retain ? [] : ['it changes QoS or retain']),
        ];
      });
    },
  },
  {
    says: 'subscribes to what it writes',
    flaws: (kind, catalog) => {
      const dialect = bound(kind, catalog);
      return tries('dialect-topics', 100, (random) => {
        const sent = drawnMessage(random);
        const { topic } = dialect.encode(sent);
        const filters = dialect.subscriptions([sent.lane]);
        const down = dialect.downFilters(sent.lane, sent.device, [sent.stream]);
        return [
          ...(dialect.topicOf(sent) === topic ? [] : ['topicOf names another topic than encode']),
          ...(filters.some((filter) => matches(filter, topic))
            ? []
            : [`no subscription covers ${topic}: ${filters.join(', ')}`]),
          ...(isHeard(dialect, down, topic)
            ? []
            : [`a device does not hear ${topic}: ${down.join(', ')}`]),
        ];
      });
    },
  },
  {
    says: 'gives back whole the packets that it puts into one, where it does',
    flaws: (kind, catalog) => {
      const { parcels, ...dialect } = bound(kind, catalog);
      if ((kind.packs === true) !== (parcels !== undefined)) return ['packs says otherwise'];
      if (parcels === undefined) return [];
      return tries('dialect-parcels', 100, (random) => {
        const carrier = drawnMessage(random);
        const { lane } = carrier;
        const sent = Array.from({ length: 1 + random.below(30) }, () =>
          dialect.encode({ ...drawnMessage(random), lane }),
        );
        const { topic, payload } = parcels.pack(carrier, sent);
        const filters = dialect.subscriptions([lane]);
        parcels.unpack(topic, damagedBytes(random, payload));
        return [
          ...(isSame(parcels.unpack(topic, payload), sent) ? [] : ['it unpacks something else']),
          ...(filters.some((filter) => matches(filter, topic))
            ? []
            : [`no subscription covers ${topic}`]),
          ...(dialect.decode(topic, payload).length === 0 ? [] : ['it reads one as a message']),
          ...sent.flatMap((one) =>
            parcels.unpack(one.topic, one.payload) === null ? [] : ['it unpacks a message'],
          ),
        ];
      });
    },
  },
  {
    says: 'says the same when a connection has added to it, where one does',
    flaws: (kind, catalog) => {
      const dialect = bound(kind, catalog, FLEET);
      const { counted, frame } = dialect;
      if (counted === undefined) return [];
      return tries('dialect-counted', 60, (random) => {
        const one = counted(NODE.id, null, () => 5000);
        one.connecting(null);
        one.connected();
        one.carries(CHILD.id, true);
        const sent = { ...drawnMessage(random), device: (random.below(2) ? NODE : CHILD).id };
        const plain = dialect.encode({ ...sent, lane: NODE.lane });
        const { packet } = one.leaves(plain);
        one.heard(packet.topic, damagedBytes(random, packet.payload));
        frame?.(packet.topic, damagedBytes(random, packet.payload));
        const [before, after] = [plain, packet].map(({ topic, payload }) =>
          JSON.stringify([dialect.decode(topic, payload), dialect.values(payload)]),
        );
        const isKept = plain.qos === packet.qos && plain.retain === packet.retain;
        return [
          ...(before === after ? [] : [`it reads ${after} of what was ${before}`]),
          ...(isKept ? [] : ['a connection changes QoS or retain']),
        ];
      });
    },
  },
  {
    says: 'sees messages with an identity in garbage, or none, and never throws',
    flaws: (kind, catalog) => {
      const dialect = bound(kind, catalog);
      return tries('dialect-garbage', 300, (random) => {
        const { topic, payload } = dialect.encode(drawnMessage(random));
        const bytes = damagedBytes(random, payload);
        dialect.place(`${topic}/more`);
        dialect.decode('of/somebody/else', bytes);
        dialect.values(bytes);
        dialect.core?.(topic, bytes);
        return dialect
          .decode(topic, bytes)
          .filter(({ n, epoch, intended }) => !isIdentity([n, epoch], intended))
          .map((sighting) => `garbage reads as ${JSON.stringify(sighting)}`);
      });
    },
  },
];

/** Who hands on in another form has topics of its own for devices. */
const isHeard = ({ core }: Dialect, down: readonly string[], topic: string): boolean =>
  core === undefined ? down.some((filter) => matches(filter, topic)) : down.length > 0;

const isSame = (read: readonly Parcelled[] | null, sent: readonly Parcelled[]): boolean =>
  read?.length === sent.length &&
  sent.every(({ topic, payload }, at) => {
    const bytes = read[at]?.payload ?? [];
    return read[at]?.topic === topic && payload.join() === [...bytes].join();
  });

function bound(kind: DialectKind, catalog: Catalog, fleet?: DialectFleet): Dialect {
  const codec = catalog.of(codecFamily).get(kind.codec ?? '') ?? null;
  const plan = fleet === undefined ? {} : { fleet };
  return kind.bind({ run: 'r-1.x', topic: null, payload: null, codec, ...plan });
}

const spoken = { lane: 7, signals: ['temperature'], streams: ['telemetry', 'answer'] };
const NODE: SpokenFor = { ...spoken, id: 'gates/north-1/1', index: 0, carrier: null };
const CHILD: SpokenFor = { ...spoken, id: 'pumps/north-1/1', index: 1, carrier: NODE.id };

/** A gateway and whom it carries. */
const FLEET: DialectFleet = {
  at: (index) => [NODE, CHILD][index],
  device: (id) => [NODE, CHILD].find((one) => one.id === id),
  stream: () => ({ way: 'up', qos: null, retained: false, schedule: { by: 'sampling' } }),
};

const STREAMS = ['telemetry', 'status', 'will', 'command', 'answer', 'lid-count'];

const drawnMessage = (random: Random): Message => ({
  device: `fridges/north-${1 + random.below(9)}/${random.below(1000)}`,
  lane: random.below(LANES),
  stream: STREAMS[random.below(STREAMS.length)] ?? 'telemetry',
  n: random.below(2) === 0 ? random.below(10) : random.below(2_000_000_000),
  epoch: random.below(1000),
  intended: random.below(1e9),
  qos: random.below(3) as Message['qos'],
  retain: random.below(2) === 1,
  values: { temperature: random.between(-40, 60), text: 'é "', on: true, none: null },
});

const isIdentity = (counts: readonly number[], at: number): boolean =>
  counts.every((one) => Number.isSafeInteger(one) && one >= 0) && Number.isFinite(at);

/** As MQTT matches a filter. */
function matches(filter: string, topic: string): boolean {
  const [levels, parts] = [filter.split('/'), topic.split('/')];
  const isOpen = levels.at(-1) === '#';
  const fixed = isOpen ? levels.slice(0, -1) : levels;
  if (isOpen ? parts.length < fixed.length : parts.length !== fixed.length) return false;
  return fixed.every((level, index) => level === '+' || level === parts[index]);
}
