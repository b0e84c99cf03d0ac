import { describe, expect, it } from 'vitest';
import { compareWithPlants } from './canaries.ts';
import { CANARY } from './house.ts';

const missed = compareWithPlants(CANARY, 'walls', []);

describe('a check that is held against its plants', () => {
  it('is blind when it finds nothing', () => {
    expect(missed).toContain('the plant devices/socket.ts was not caught: pure-rooms');
    expect(missed.length).toBeGreaterThan(20);
  });

  it('is unjust when it accuses an honest file, or a plant of something else', () => {
    const found = [
      { file: 'kernel/time.ts', name: 'no-cycles' },
      { file: 'devices/socket.ts', name: 'no-cycles' },
    ];
    const wrong = compareWithPlants(CANARY, 'walls', found);
    expect(wrong).toContain('the canary kernel/time.ts was accused of no-cycles');
    expect(wrong).toContain('the canary devices/socket.ts was accused of no-cycles');
    expect(wrong).toContain('the plant devices/socket.ts was not caught: pure-rooms');
  });

  it('is right when it finds exactly the plants, told once or more often', () => {
    const found = missed.map((line) => {
      const [, file = '', name = ''] = /^the plant (\S+) was not caught: (.+)$/.exec(line) ?? [];
      return { file, name };
    });
    expect(compareWithPlants(CANARY, 'walls', [...found, ...found])).toEqual([]);
  });

  it('means nothing when nothing is planted', () => {
    expect(compareWithPlants(CANARY, 'nonesuch', [])).toEqual([
      'the canary tree announces no plant for nonesuch',
    ]);
  });
});
