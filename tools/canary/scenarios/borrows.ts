// walls: shipped-dependencies-only
export { vi } from 'vitest';
