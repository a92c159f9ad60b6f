import fc from 'fast-check';
import { full } from './effort.ts';

// For properties that set no number of their own.
fc.configureGlobal({ numRuns: full ? 500 : 50 });
