// walls: bare-kernel
export { z } from 'zod';
