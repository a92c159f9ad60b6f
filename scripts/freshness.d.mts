export const stamp: string;
export function sourceHash(root?: string): string;
export function isFresh(): boolean;
