import type { FaultyRecord, JsonRecord, SourceFile } from '../source.ts';
import { excerpt, findJsonFault, placeInWords } from './json-fault.ts';
import { findLosses, measure } from './lossy.ts';
import { maxDepth, ValueScanner } from './value-scanner.ts';

interface RecordText {
  readonly file: SourceFile;
  readonly line: number;
  readonly raw: string;
}

/** Parses the text of a record. `keys` is the number of keys in the text, if known. */
export function jsonRecord(text: RecordText, keys?: number): JsonRecord | FaultyRecord {
  const { file, line, raw } = text;
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return notJson(text);
  }
  const measured = measure(value);
  if (measured.tooDeep) return tooDeep(text);
  if (measured.hugeNumber || measured.keys !== (keys ?? keysInText(raw, measured.keys))) {
    const lossy = findLosses(raw);
    if (lossy.length > 0) return { kind: 'json', file, line, raw, value, lossy };
  }
  return { kind: 'json', file, line, raw, value };
}

/** The fault of a record that is nested too deeply. */
export function tooDeep({ file, line, raw }: RecordText): FaultyRecord {
  return { kind: 'faulty', file, line, raw, reason: `expected no more than ${maxDepth} levels of brackets` };
}

function notJson({ file, line, raw }: RecordText): FaultyRecord {
  const fault = findJsonFault(raw);
  if (!fault) return { kind: 'faulty', file, line, raw, reason: 'not valid JSON' };
  const { at, expected, hint } = fault;
  const where = placeInWords(raw, at, line);
  const found = at >= raw.length ? `the end, at ${where}` : `${excerpt(raw, at)} at ${where}`;
  const faulty: FaultyRecord = {
    kind: 'faulty',
    file,
    line,
    raw,
    reason: `not valid JSON: ${expected}`,
    found,
  };
  return hint === undefined ? faulty : { ...faulty, hint };
}

/**
 * The number of keys in valid JSON text whose value has `kept` keys. Every key ends with a quote and a colon.
 * If no white space separates the two and there are only `kept` such pairs, no key was lost and the text need
 * not be scanned.
 */
function keysInText(raw: string, kept: number): number {
  let pairs = 0;
  for (let at = raw.indexOf(':'); at !== -1; at = raw.indexOf(':', at + 1)) {
    const before = raw.charCodeAt(at - 1);
    if (before === 0x22) pairs++;
    else if (before <= 0x20) return keysByScanning(raw);
  }
  return pairs === kept ? kept : keysByScanning(raw);
}

function keysByScanning(raw: string): number {
  const scanner = new ValueScanner();
  return /^\s*[{[]/.test(raw) && scanner.scan(raw, 0) ? scanner.keys : 0;
}
