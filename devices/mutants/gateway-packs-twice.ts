/** A gateway that puts a message into a packet twice now and then. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { PackerSeams } from '../parts/gateway/packer.ts';

const ONE_IN = 5;

export default defineDeviceMutant<PackerSeams>({
  kind: 'gateway-packs-twice',
  summary: 'the first message of a packet is in it a second time now and then',
  word: 'gateway',
  caughtBy: 'packets-whole',
  scenario: 'thrifty-gateways',
  plant: (fired) => ({
    packTwice: (gateway, packet) => {
      if (hashText(`packs-twice/${gateway}/${packet}`) % ONE_IN !== 0) return false;
      fired(`${gateway} ${packet}`);
      return true;
    },
  }),
});
