/**
 * How a heavy vehicle gets from one stop to the next: it speeds up evenly, keeps its speed, rolls
 * out against air and tyres, and brakes evenly. Each of these has a closed form, so where it is and
 * what it has burnt can be asked of any instant, however long after the one before.
 */

const GRAVITY = 9.81;

export interface Vehicle {
  /** kg. */
  mass: number;
  /** Drag coefficient times frontal area, m². */
  dragArea: number;
  /** kg/m³. */
  airDensity: number;
  /** Rolling resistance, as a share of the weight. */
  rolling: number;
}

export interface Leg {
  /** m. */
  length: number;
  /** m/s that it wants to keep. */
  cruise: number;
  /** m/s². */
  speedsUp: number;
  brakes: number;
  /** It rolls out down to that share of its speed before it brakes. */
  rollsTo: number;
}

/** How far it is on its leg, how fast, and what its wheels have needed for that by then. */
export interface Driven {
  way: number;
  speed: number;
  /** J. */
  work: number;
}

/** m/s² at a standstill, and so much more for each (m/s)². */
const resistance = ({ mass, dragArea, airDensity, rolling }: Vehicle) => ({
  still: rolling * GRAVITY,
  square: (0.5 * airDensity * dragArea) / mass,
});

/** Of a vehicle that rolls out on the level: speed and way after so many seconds. */
export function rolledOut(
  vehicle: Vehicle,
  from: number,
  seconds: number,
): { speed: number; way: number } {
  const { still, square } = resistance(vehicle);
  const angle = Math.atan(from * Math.sqrt(square / still));
  const left =
    angle - Math.sqrt(square * still) * Math.min(seconds, standstillAfter(vehicle, from));
  return {
    speed: Math.max(0, Math.sqrt(still / square) * Math.tan(left)),
    way: Math.log(Math.cos(left) / Math.cos(angle)) / square,
  };
}

/** Seconds until it has rolled out from one speed to another. */
function rollsFor(vehicle: Vehicle, from: number, to: number): number {
  const { still, square } = resistance(vehicle);
  const ratio = Math.sqrt(square / still);
  return (Math.atan(from * ratio) - Math.atan(to * ratio)) / Math.sqrt(square * still);
}

const standstillAfter = (vehicle: Vehicle, from: number): number => rollsFor(vehicle, from, 0);

/** A leg as it is driven: a short one is not long enough to reach the speed that is wanted. */
export class Drive {
  readonly #vehicle: Vehicle;
  readonly #leg: Leg;
  /** m/s. */
  readonly top: number;
  /** Seconds in which it speeds up, keeps its speed, rolls out and brakes. */
  readonly #spans: readonly [number, number, number, number];
  readonly #rolled: number;

  constructor(vehicle: Vehicle, leg: Leg) {
    this.#vehicle = vehicle;
    this.#leg = leg;
    this.top = topIn(vehicle, leg);
    this.#rolled = this.top * leg.rollsTo;
    const kept = Math.max(0, leg.length - this.#wayWithout(this.top));
    this.#spans = [
      this.top / leg.speedsUp,
      kept / this.top,
      rollsFor(vehicle, this.top, this.#rolled),
      this.#rolled / leg.brakes,
    ];
  }

  get seconds(): number {
    return this.#spans.reduce((sum, one) => sum + one, 0);
  }

  /** At rest where it ends. */
  after(seconds: number): Driven {
    const [rises, keeps, rolls, brakes] = this.#spans;
    const { speedsUp, brakes: slows } = this.#leg;
    const rising = Math.min(seconds, rises);
    let way = 0.5 * speedsUp * rising * rising;
    let speed = speedsUp * rising;
    let work = this.#workToRise(rising);
    const keeping = Math.min(Math.max(0, seconds - rises), keeps);
    way += this.top * keeping;
    work += this.#force(this.top) * this.top * keeping;
    const rolling = Math.min(Math.max(0, seconds - rises - keeps), rolls);
    if (rolling > 0) {
      const rolled = rolledOut(this.#vehicle, this.top, rolling);
      way += rolled.way;
      speed = rolled.speed;
    }
    const braking = Math.min(Math.max(0, seconds - rises - keeps - rolls), brakes);
    if (braking > 0) {
      way += this.#rolled * braking - 0.5 * slows * braking * braking;
      speed = Math.max(0, this.#rolled - slows * braking);
    }
    return { way, speed, work };
  }

  /** From here to there without keeping its speed. */
  #wayWithout(top: number): number {
    return wayOf(this.#vehicle, this.#leg, top);
  }

  #force(speed: number): number {
    const { still, square } = resistance(this.#vehicle);
    return this.#vehicle.mass * (still + square * speed * speed);
  }

  #workToRise(seconds: number): number {
    const { speedsUp } = this.#leg;
    const { mass } = this.#vehicle;
    const { still, square } = resistance(this.#vehicle);
    const speed = speedsUp * seconds;
    const rolled = still * 0.5 * speedsUp * seconds * seconds;
    const pushed = (square * speed * speed * speed * seconds) / 4;
    return mass * (0.5 * speed * speed + rolled + pushed);
  }
}

function wayOf(vehicle: Vehicle, { speedsUp, brakes, rollsTo }: Leg, top: number): number {
  const rolled = top * rollsTo;
  const { way } = rolledOut(vehicle, top, rollsFor(vehicle, top, rolled));
  return (top * top) / (2 * speedsUp) + way + (rolled * rolled) / (2 * brakes);
}

/** The speed that is wanted, or the highest from which it still comes to rest in time. */
function topIn(vehicle: Vehicle, leg: Leg): number {
  if (wayOf(vehicle, leg, leg.cruise) <= leg.length) return leg.cruise;
  let [low, high] = [0, leg.cruise];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (wayOf(vehicle, leg, middle) <= leg.length) low = middle;
    else high = middle;
  }
  return low;
}
