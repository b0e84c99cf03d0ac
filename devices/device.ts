/**
 * What a kind of device is: true physics with drawn parameters, measured by sensors, plus what it
 * does on command. A model is one file in models/ with a default export made by `defineDevice`. It
 * knows neither packets nor wall-clock time: the fleet hands it scenario time, and the same call
 * gives the same value in every gear.
 */
import { type Malfunctioning, type Params, stamp } from '#kernel';

/** A drawn parameter: each device gets value · exp(N(0, spread²)), so no two are alike. */
export interface DrawnParam {
  about: string;
  unit: string;
  value: number;
  /** Relative spread between devices; 0 keeps the value. */
  spread: number;
  min?: number;
  max?: number;
}

export interface SignalSpec {
  about: string;
  unit: string;
  /** Measured values never leave [low, high]: the sensor's rails. */
  low: number;
  high: number;
  /** Resolution of the sensor. */
  step: number;
}

/** What of the physics is moved only by a malfunction, such as a door that does not shut. */
export interface InputSpec {
  about: string;
  unit: string;
  /** In a healthy device. */
  value: number;
}

/** What a malfunction at its worst makes of a value: so many times as much, or so much more. */
export interface Change {
  by: 'factor' | 'sum';
  worst: number;
}

/** A way in which such a machine goes wrong: parameters or inputs of its physics that change. */
export interface MalfunctionSpec {
  about: string;
  /** Which piece of the machine it is that goes wrong. */
  component: string;
  /** By the names of parameters and inputs. */
  changes: Readonly<Record<string, Change>>;
}

/**
 * A command with a number, or one with named values that are read like any plug-in's. `sets` names
 * the state in `truth` that holds the number from then on: such a command is a setting, which can
 * be read as well.
 */
export type CommandSpec =
  | { about: string; low: number; high: number; sets?: string }
  | { about: string; params: Params };

/** What a command carries: a number, or named values. */
export type CommandValue = unknown;

export interface PhysicsInput {
  /** Drawn parameters by name. */
  params: Readonly<Record<string, number>>;
  /**
   * Key for counter-based draws (`normalAt(key + channel, n)`), a different one for every device.
   */
  key: number;
  /** What goes wrong with it, and when; left out where nothing does. */
  malfunctions?: readonly Malfunctioning[];
}

/** One living device's physics. Time only moves forward, in jumps of any length. */
export interface Physics {
  /** The measured values of sample `n` at scenario time `t` (ms). */
  sample(t: number, n: number): Record<string, number>;
  /** The true state, for labels and tests; same keys as the physics has states. */
  truth(t: number): Record<string, number>;
  /** Obeys a command; false when it is not one of the model's, malformed or out of range. */
  command(name: string, value: CommandValue, t: number): boolean;
  /** Mains power at the device's place: a fridge without power warms up. */
  power(on: boolean, t: number): void;
}

export interface DeviceModel {
  kind: string;
  summary: string;
  params: Readonly<Record<string, DrawnParam>>;
  signals: Readonly<Record<string, SignalSpec>>;
  commands: Readonly<Record<string, CommandSpec>>;
  /** What is moved by malfunctions alone. */
  inputs?: Readonly<Record<string, InputSpec>>;
  /** How such a machine goes wrong; left out where nobody says. */
  malfunctions?: Readonly<Record<string, MalfunctionSpec>>;
  /** Interval between samples when the scenario names none. */
  everyMs: number;
  start(input: PhysicsInput): Physics;
}

export const defineDevice = (model: DeviceModel): DeviceModel => stamp('model', model);
