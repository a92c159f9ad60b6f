export declare const typed: readonly string[];
export declare function session(): Promise<string>;
export declare function svg(sent: string): string;
