/** A campaign goes to devices that it is not for. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

const ONE_IN = 3;

export default defineMutant<OtaSeams>({
  kind: 'ota-takes-strangers',
  summary: 'some devices of others are offered what a campaign gives',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'overdue-release',
  plant: (fired) => ({
    takeStranger: (device, campaign) => {
      if (hashText(`strangers/${device}`) % ONE_IN !== 0) return false;
      fired(`${device} ${campaign}`);
      return true;
    },
  }),
});
