/** The formats that a data set can be written in, the usual one first. */
import type { Format } from '../format.ts';
import { csv } from './csv.ts';
import { jsonl } from './jsonl.ts';
import { parquet } from './parquet.ts';

export const FORMATS: readonly Format[] = [parquet, csv, jsonl];
