/**
 * All families of plug-ins, each described by the room that owns its contract. This table is what
 * `twinstorm list` shows, what a user's files are recognised by, and what the tests go through: a
 * new family is one line here. It stands at the roof, the only place that may see every room.
 */
import { faultFamily } from '#chaos';
import { modelFamily, partFamily } from '#devices';
import {
  brokerFamily,
  codecFamily,
  dialectFamily,
  loadCatalog,
  type PluginCatalog,
  protocolFamily,
  proxyFamily,
  storeFamily,
  targetFamily,
  workflowFamily,
} from '#harness';
import { mutantFamily } from '#kernel';
import { oracleFamily } from '#oracles';
import { serviceFamily } from '#platform';
import { chapterFamily, checkerFamily, hopsFamily, proofFamily, reporterFamily } from '#reports';

export const FAMILIES = [
  modelFamily,
  faultFamily,
  checkerFamily,
  mutantFamily,
  serviceFamily,
  reporterFamily,
  proofFamily,
  oracleFamily,
  chapterFamily,
  hopsFamily,
  dialectFamily,
  codecFamily,
  protocolFamily,
  targetFamily,
  brokerFamily,
  proxyFamily,
  storeFamily,
  workflowFamily,
  partFamily,
] as const;

export const wholeCatalog = (): Promise<PluginCatalog> => loadCatalog(FAMILIES);
