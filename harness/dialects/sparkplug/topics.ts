/**
 * Topics of Sparkplug B: `spBv1.0/<group>/<type>/<node>`, and of a device behind a node one level
 * more. A group is a lane of the run, so that an observer of some lanes subscribes to those alone.
 * An id is a device id with `:` for each slash, since those separate levels.
 */
import { LANES } from '#kernel';

const NODE_TYPES = ['NBIRTH', 'NDATA', 'NDEATH', 'NCMD'] as const;
const DEVICE_TYPES = ['DBIRTH', 'DDATA', 'DDEATH', 'DCMD'] as const;

type NodeType = (typeof NODE_TYPES)[number];
type DeviceType = (typeof DEVICE_TYPES)[number];

export interface SparkplugTopic {
  type: NodeType | DeviceType;
  lane: number;
  node: string;
  /** Null where it is about the node itself. */
  device: string | null;
}

const ROOT = 'spBv1.0';
const FORM = /^spBv1\.0\/([^/]+):(\d{1,2})\/([ND](?:BIRTH|DATA|DEATH|CMD))\/([^/]+)(?:\/([^/]+))?$/;

export const groupOf = (run: string, lane: number): string => `${ROOT}/${run}:${lane}`;

const idOf = (device: string): string => device.replaceAll('/', ':');
const deviceOf = (id: string): string => id.replaceAll(':', '/');

export function topicFor(run: string, { type, lane, node, device }: SparkplugTopic): string {
  const behind = device === null ? '' : `/${idOf(device)}`;
  return `${groupOf(run, lane)}/${type}/${idOf(node)}${behind}`;
}

/** All that a node may use: topics, and those below which its devices are. */
export function topicsOf(run: string, lane: number, node: string): string[] {
  const at = (type: SparkplugTopic['type']): string =>
    topicFor(run, { type, lane, node, device: null });
  return [...NODE_TYPES.map(at), ...DEVICE_TYPES.map((type) => `${at(type)}/`)];
}

/** Null for what is no topic of the run. */
export function readTopic(run: string, topic: string): SparkplugTopic | null {
  const [, group, laneText = '', type, node, device] = FORM.exec(topic) ?? [];
  const lane = Number(laneText);
  const isOurs = group === run && lane < LANES && String(lane) === laneText;
  if (!isOurs || type === undefined || node === undefined) return null;
  if ((device !== undefined) !== type.startsWith('D')) return null;
  return {
    type: type as SparkplugTopic['type'],
    lane,
    node: deviceOf(node),
    device: device === undefined ? null : deviceOf(device),
  };
}
