import { describe, expect, it } from 'vitest';
import { parseInstant } from './instant.ts';

describe('moments', () => {
  it.each([
    ['chaos', { phase: 'chaos', offsetMs: 0 }],
    ['chaos+5s', { phase: 'chaos', offsetMs: 5000 }],
    ['settle + 1m30s', { phase: 'settle', offsetMs: 90_000 }],
    ['12s', { phase: 'run', offsetMs: 12_000 }],
    ['run+1s', { phase: 'run', offsetMs: 1000 }],
    ['chaos-5s', undefined],
    ['chaos+', undefined],
    ['drain+1s', undefined],
    ['', undefined],
    [12, undefined],
  ])('moment %j is %j', (raw, value) => expect(parseInstant(raw)).toEqual(value));
});
