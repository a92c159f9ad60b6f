import { parentPort } from 'node:worker_threads';
import { serveReading } from './upload/reading/serve-reading.ts';

/** The program of the reading thread: the other place, beside main, where something runs as soon as it is loaded. */
if (parentPort) void serveReading(parentPort);
