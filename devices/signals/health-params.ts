/**
 * What is drawn about the health of a device, and how finely it is told: the tables behind
 * health.ts.
 */
import type { DrawnParam, SignalSpec } from '../device.ts';

/**
 * Defaults of an ordinary installation: most links are good, about one device in fifty stalls now
 * and then, heaps last for days and batteries for months.
 */
export const healthParams = {
  distance: {
    about: 'Way to the access point',
    unit: 'm',
    value: 25,
    spread: 0.5,
    min: 1,
    max: 150,
  },
  pathExponent: {
    about: 'How fast walls eat the signal: 2 is free space',
    unit: '1',
    value: 3,
    spread: 0.04,
    min: 1.6,
    max: 5,
  },
  shadowing: {
    about: 'Standard deviation of what stands in the way, one draw per device',
    unit: 'dB',
    value: 4,
    spread: 0,
    min: 0,
    max: 15,
  },
  fading: {
    about: 'Standard deviation of slow fading, one draw each 5 minutes',
    unit: 'dB',
    value: 2,
    spread: 0,
    min: 0,
    max: 15,
  },
  txPower: { about: 'Transmit power', unit: 'dBm', value: 17, spread: 0.03, min: -30, max: 30 },
  stallTime: {
    about: 'Mean length of a stall of the link',
    unit: 's',
    value: 1.5,
    spread: 0,
    min: 0.25,
    max: 60,
  },
  batteryCapacity: {
    about: 'Charge of a new battery',
    unit: 'mAh',
    value: 2400,
    spread: 0.04,
    min: 0.001,
    max: 1e6,
  },
  charge: {
    about: 'Share of it left when the scenario begins',
    unit: '1',
    value: 0.8,
    spread: 0.15,
    min: 0,
    max: 1,
  },
  sleepCurrent: {
    about: 'Current while nothing happens',
    unit: 'µA',
    value: 20,
    spread: 0.2,
    min: 0,
    max: 1e6,
  },
  txCurrent: {
    about: 'Current while sending',
    unit: 'mA',
    value: 120,
    spread: 0.05,
    min: 0,
    max: 3000,
  },
  rxCurrent: {
    about: 'Current while listening for the answer',
    unit: 'mA',
    value: 60,
    spread: 0.05,
    min: 0,
    max: 3000,
  },
  txTime: { about: 'Sending a message', unit: 'ms', value: 10, spread: 0.1, min: 0, max: 10_000 },
  rxTime: {
    about: 'Listening for its answer',
    unit: 'ms',
    value: 30,
    spread: 0.1,
    min: 0,
    max: 10_000,
  },
  heap: { about: 'Free heap after boot', unit: 'KiB', value: 180, spread: 0.05, min: 1, max: 1e6 },
  heapFloor: {
    about: 'Free heap at which the watchdog bites',
    unit: 'KiB',
    value: 12,
    spread: 0,
    min: 0,
    max: 1e6,
  },
  heapLeak: {
    about: 'Heap lost each hour',
    unit: 'KiB/h',
    value: 0.3,
    spread: 1,
    min: 0,
    max: 1e6,
  },
} as const satisfies Record<string, DrawnParam>;

export const healthSignals = {
  battery: { about: 'Charge left', unit: '%', low: 0, high: 100, step: 0.1 },
  rssi: { about: 'Received signal strength', unit: 'dBm', low: -120, high: 0, step: 1 },
  snr: { about: 'Signal over noise', unit: 'dB', low: -30, high: 90, step: 1 },
  freeHeap: { about: 'Free heap', unit: 'KiB', low: 0, high: 1_000_000, step: 1 },
  uptime: { about: 'Time since boot', unit: 's', low: 0, high: 1e10, step: 1 },
  mcuTemperature: { about: 'Microcontroller', unit: '°C', low: -40, high: 125, step: 0.5 },
} as const satisfies Record<string, SignalSpec>;
