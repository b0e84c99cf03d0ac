/**
 * A promise-like that has already happened and calls back at once. Aedes numbers each message when
 * it is published and drops, as a duplicate, whatever reaches a subscriber after a higher number.
 * Between the two it asks the persistence with `.then`. With real promises a QoS 0 message
 * overtakes a QoS 1 message there, and the QoS 1 message is lost although it was acknowledged.
 * Answered at once, numbering and emission are one step.
 */
class Settled<T> implements PromiseLike<T> {
  readonly #value: T | undefined;
  readonly #error: Error | null;

  constructor(value: T | undefined, error: Error | null) {
    this.#value = value;
    this.#error = error;
  }

  // biome-ignore lint/suspicious/noThenProperty: being a thenable is the point of this class
  then<R = T, E = never>(
    onValue?: ((value: T) => R | PromiseLike<R>) | null,
    onError?: ((reason: Error) => E | PromiseLike<E>) | null,
  ): PromiseLike<R | E> {
    if (this.#error === null) void onValue?.(this.#value as T);
    else void onError?.(this.#error);
    // Aedes ignores what `then` gives back, and `await` needs only the calls above.
    return this as unknown as PromiseLike<R | E>;
  }
}

export const settled = <T>(value: T): PromiseLike<T> => new Settled(value, null);

export const failed = (error: Error): PromiseLike<never> => new Settled<never>(undefined, error);

/** The answer of everything that has nothing to say. */
export const DONE: PromiseLike<void> = settled(undefined);
