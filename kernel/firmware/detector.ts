/**
 * A small model by which a device tells whether what it measures is out of the ordinary: a line, or
 * a tree of questions. What it looks at is the value of a signal and by how much that has changed
 * since the reading before. It says as well which inputs it was made for, so that a device can tell
 * when those it gets are others.
 */
interface MadeFor {
  /** What the signal was like where the model was made: its mean, and how far it lies around it. */
  mean: number;
  spread: number;
}

/** Odd is what lies further out than `beyond` spreads, the change counted `change` times. */
export interface LineDetector extends MadeFor {
  form: 'line';
  change: number;
  beyond: number;
}

/** From the first node on; a question leads further down in the list alone. */
export interface TreeDetector extends MadeFor {
  form: 'tree';
  nodes: readonly TreeNode[];
}

export type TreeNode =
  | { on: 'value' | 'change'; below: number; yes: number; no: number }
  | { odd: boolean };

export type Detector = LineDetector | TreeDetector;

const NODES_MAX = 64;

/** Null for whatever is none. */
export function readDetector(value: unknown): Detector | null {
  const { form, mean, spread, change, beyond, nodes } = Object(value) as Record<string, unknown>;
  if (!isNumber(mean) || !isNumber(spread) || spread <= 0) return null;
  if (form === 'line') {
    if (!isNumber(change) || !isNumber(beyond) || beyond <= 0) return null;
    return { form, mean, spread, change, beyond };
  }
  if (form !== 'tree' || !Array.isArray(nodes) || nodes.length > NODES_MAX) return null;
  const read = nodes.map((node, at) => readNode(node, at, nodes.length));
  const areNodes = read.length > 0 && !read.includes(null);
  return areNodes ? { form, mean, spread, nodes: read as TreeNode[] } : null;
}

function readNode(value: unknown, at: number, count: number): TreeNode | null {
  const { odd, on, below, yes, no } = Object(value) as Record<string, unknown>;
  if (typeof odd === 'boolean') return { odd };
  if ((on !== 'value' && on !== 'change') || !isNumber(below)) return null;
  const isDown = (to: unknown): to is number =>
    Number.isSafeInteger(to) && Number(to) > at && Number(to) < count;
  return isDown(yes) && isDown(no) ? { on, below, yes, no } : null;
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
