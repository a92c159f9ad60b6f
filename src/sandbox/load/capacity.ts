/** From `after` milliseconds on, the rate and the number of workers are multiplied by `factor`. */
export interface CapacityChange {
  readonly after: number;
  readonly factor: number;
}

/** The factor at `elapsed` milliseconds after the start: that of the latest change, or 1. */
export function capacityAt(changes: readonly CapacityChange[], elapsed: number): number {
  let latest: CapacityChange | undefined;
  for (const change of changes) {
    if (change.after <= elapsed && (latest === undefined || change.after >= latest.after)) latest = change;
  }
  return latest?.factor ?? 1;
}
