/** Columns: user_id, name, description, age, city, created_at, plan, score. */
export type SampleRow = string[];
export const sampleHeader: string[];
export function sampleRow(n: number): SampleRow;
export function csvLine(cells: readonly string[]): string;
export function sampleCsv(count: number, change?: (row: SampleRow, n: number) => SampleRow): string;
