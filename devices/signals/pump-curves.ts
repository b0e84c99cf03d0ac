/**
 * Where a centrifugal pump runs: its head falls with the square of the flow, that of the system
 * rises with it, and they meet in one place. Where the head at its mouth is less than it needs, the
 * liquid boils in it, by definition with 3 % of the head lost where it is just enough.
 */

/** Water, near enough at every temperature here. */
const [DENSITY, GRAVITY] = [998.2, 9.80665];
const AIR_PRESSURE_PA = 101_325;
/** What it takes where the textbook has it run. */
export const RATED_W = 5970;
/** Of the power at its best flow, what it takes without liquid. */
const DRY_SHARE = 0.25;
/** By how much air takes more head than its own share. */
const AIR_HARM = 2.5;
/** Where what it needs is just there it has lost this share of its head, by definition. */
const HEAD_LOST = 0.03;
/** So fast the loss grows with each metre that is missing. */
const LOSS_PER_M = 1.5;
const HEAD_LOST_MAX = 0.7;
const HALVINGS = 60;

/** The numbers of a pump, its pipes and what it sucks in, as they are now. */
export interface PumpNow {
  shutoffHead: number;
  headLoss: number;
  staticHead: number;
  systemLoss: number;
  efficiency: number;
  bestFlow: number;
  suctionHeight: number;
  suctionLoss: number;
  liquid: number;
  air: number;
  wet: number;
  play: number;
}

/** In m³/h, m, m, W and mm/s. */
export interface Running {
  flow: number;
  head: number;
  suction: number;
  watts: number;
  vibration: number;
}

const STILL: Running = { flow: 0, head: 0, suction: 0, watts: 0, vibration: 0 };

/** Of water, in Pa (Antoine, 1 to 100 °C). */
const vapourPressure = (celsius: number): number =>
  133.322 * Math.exp(Math.LN10 * (8.07131 - 1730.63 / (233.426 + celsius)));

/** Head above vapour at its mouth. */
const suctionHead = ({ liquid, suctionHeight, suctionLoss }: PumpNow): number =>
  (AIR_PRESSURE_PA - vapourPressure(liquid)) / (DENSITY * GRAVITY) + suctionHeight - suctionLoss;

/** The share of its head that boiling liquid costs. */
function boiling(now: PumpNow, flow: number): number {
  const missing = 2 + 0.0006 * flow * flow - suctionHead(now);
  return Math.min(HEAD_LOST_MAX, HEAD_LOST * Math.exp(LOSS_PER_M * missing));
}

function pumpHead(now: PumpNow, speed: number, flow: number): number {
  const whole = now.shutoffHead * speed * speed - now.headLoss * flow * flow;
  return whole * (1 - boiling(now, flow)) * Math.max(0, 1 - AIR_HARM * now.air);
}

/** Where the falling curve of the pump meets the rising one of the system. */
function flowAt(now: PumpNow, speed: number): number {
  const excess = (flow: number) =>
    pumpHead(now, speed, flow) - now.staticHead - now.systemLoss * flow * flow;
  if (excess(0) <= 0) return 0;
  let [low, high] = [0, Math.sqrt((now.shutoffHead * speed * speed) / now.headLoss)];
  for (let turn = 0; turn < HALVINGS; turn++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A parabola through nothing at no flow, best at the best flow. */
function efficiencyAt({ efficiency, bestFlow }: PumpNow, speed: number, flow: number): number {
  const off = flow / (bestFlow * speed) - 1;
  return efficiency * Math.max(0.1, 1 - off * off);
}

export function running(now: PumpNow, speed: number): Running {
  if (speed <= 0) return { ...STILL, suction: Math.max(0, suctionHead(now)) };
  const suction = Math.max(0, suctionHead(now)) * now.wet;
  const turning = 1.2 * speed * speed + now.play * speed;
  const dryW = DRY_SHARE * RATED_W * speed * speed * speed;
  // A well that is half empty is sucked dry now and then; what is measured is the mean of both.
  const flow = flowAt(now, speed);
  const head = pumpHead(now, speed, flow);
  const wetW = flow > 0 ? hydraulicW(flow, head) / efficiencyAt(now, speed, flow) : dryW * 1.6;
  const off = Math.abs(flow / (now.bestFlow * speed) - 1);
  const rough = 1.5 * off * off + 8 * boiling(now, flow) + 20 * now.air;
  return {
    flow: flow * now.wet,
    head: head * now.wet,
    suction,
    watts: wetW * now.wet + dryW * (1 - now.wet),
    vibration: turning + rough * now.wet + 3 * (1 - now.wet),
  };
}

const hydraulicW = (flow: number, head: number): number => (DENSITY * GRAVITY * flow * head) / 3600;
