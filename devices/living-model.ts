/**
 * The physics of one device as its parts ask them. A model may be a user's own: what it throws is
 * told under its name, and not under that of the part that asked. There is one for each device, so
 * it is one small object, and makes nothing when it is asked.
 */
import { inNameOf, threw, type WorldError } from '#kernel';
import type { CommandValue, DeviceModel, Physics, PhysicsInput } from './device.ts';

export class LivingModel implements Physics {
  readonly #model: DeviceModel;
  readonly #physics: Physics;

  constructor(model: DeviceModel, input: PhysicsInput) {
    this.#model = model;
    this.#physics = inNameOf(`the model ${model.kind}`, 'start', () => model.start(input));
  }

  sample(t: number, n: number): Record<string, number> {
    try {
      return this.#physics.sample(t, n);
    } catch (error) {
      throw this.#threw('sample', error);
    }
  }

  truth(t: number): Record<string, number> {
    try {
      return this.#physics.truth(t);
    } catch (error) {
      throw this.#threw('truth', error);
    }
  }

  command(name: string, value: CommandValue, t: number): boolean {
    try {
      return this.#physics.command(name, value, t);
    } catch (error) {
      throw this.#threw('command', error);
    }
  }

  power(on: boolean, t: number): void {
    try {
      this.#physics.power(on, t);
    } catch (error) {
      throw this.#threw('power', error);
    }
  }

  #threw(where: keyof Physics, error: unknown): WorldError {
    return threw(`the model ${this.#model.kind}`, where, error);
  }
}
