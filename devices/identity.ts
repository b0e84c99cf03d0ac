/**
 * Gives a device a believable identity with Faker: who made it, which firmware it came with, where
 * it hangs. Makers and firmware belong to the model and the address to the site, so a fleet looks
 * bought and installed, not shuffled. One Faker serves all devices; it is fed from the named stream
 * of whatever it describes at the moment.
 */
import type { Faker } from '@faker-js/faker';
import { faker as builtIn } from '@faker-js/faker/locale/en';
import { type Random, randomStream } from '#kernel';

export interface Identity {
  serial: string;
  maker: string;
  firmware: string;
  place: string;
  label: string;
}

/**
 * Only dates would depend on it, and none is drawn; fixed all the same, so that a new field cannot
 * drift.
 */
const REFERENCE_DATE = '2026-01-01T00:00:00.000Z';
const MAKERS_PER_MODEL = 3;
const FIRMWARES_PER_MODEL = 4;

/**
 * The identity of device `entry/site/index`; equal for equal arguments, whatever was asked before.
 */
export function identityOf(seed: number, deviceId: string, model: string): Identity {
  const own = randomStream(seed, `device/${deviceId}/identity`);
  const maker = own.below(MAKERS_PER_MODEL);
  const firmware = own.below(FIRMWARES_PER_MODEL);
  const site = deviceId.split('/')[1] ?? deviceId;
  return {
    serial: drawing(own, (fake) => fake.string.alphanumeric({ length: 12, casing: 'upper' })),
    label: drawing(own, (fake) => `${fake.commerce.department()} ${model.replaceAll('-', ' ')}`),
    maker: drawing(randomStream(seed, `model/${model}/maker/${maker}`), (fake) =>
      fake.company.name(),
    ),
    firmware: drawing(randomStream(seed, `model/${model}/firmware/${firmware}`), firmwareName),
    place: drawing(
      randomStream(seed, `site/${site}/place`),
      (fake) => `${fake.location.streetAddress()}, ${fake.location.city()}`,
    ),
  };
}

function firmwareName(fake: Faker): string {
  const { number } = fake;
  return `${number.int({ min: 1, max: 3 })}.${number.int(9)}.${number.int(19)}`;
}

/**
 * Faker's own class is not exported by its small locale entry, which loads in half the time; the
 * instance has it.
 */
const source: { random: Random } = { random: randomStream(0, 'identity') };
const faker = new (builtIn.constructor as typeof Faker)({
  locale: builtIn.rawDefinitions,
  randomizer: { next: () => source.random.unit(), seed: () => undefined },
});
faker.setDefaultRefDate(REFERENCE_DATE);

function drawing<T>(random: Random, draw: (fake: Faker) => T): T {
  source.random = random;
  return draw(faker);
}
